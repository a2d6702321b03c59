"""What a scan finds is passed on line by line, whole, once, and in its order."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.conftest import command

from vaern.cli import following
from vaern.cli.following import Following

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from tests.cli.conftest import Cabinet

    Vaern = Callable[..., Result]


@given(st.lists(st.text("ab\n", max_size=12)), st.integers(1, 8))
def test_whole_lines_are_passed_on_as_they_grow(pieces: list[str], at_once: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "_PIECE", at_once)
        path = Path(folder, "lines")
        lines = Following(path)
        lines.more()
        passed = written = ""
        for piece in pieces:
            with path.open("a") as file:
                file.write(piece)
            written += piece
            with CliRunner().isolation() as (out, *_):
                lines.more()
                passed += out.getvalue().decode()
            assert passed == written[: written.rfind("\n") + 1]


@pytest.mark.once
def test_a_scan_writes_its_findings_to_standard_output_and_all_else_to_the_other(
    vaern: Vaern, cabinet: Cabinet, tmp_path: Path
) -> None:
    words = ("scan", cabinet.media, "--list", cabinet.known, "--out", tmp_path / "R", "--jobs", 1, "--json")
    done = vaern(*words)
    assert done.exit_code == 3
    assert done.stdout_bytes == (tmp_path / "R" / "findings.jsonl").read_bytes()
    assert "The report is" in done.stderr
    again = vaern(*words, "--resume")
    assert again.stdout_bytes == done.stdout_bytes


@pytest.mark.once
def test_a_reader_that_has_seen_enough_ends_a_scan_without_a_word(cabinet: Cabinet, tmp_path: Path) -> None:
    words = ("scan", cabinet.media, "--list", cabinet.known, "--out", tmp_path / "R", "--json", "--progress", "none")
    with subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()
        process.wait()
    assert not [line for line in said.splitlines() if "Warning" not in line]
