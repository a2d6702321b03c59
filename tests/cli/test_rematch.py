from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from tests.cli.conftest import Cabinet

pytestmark = pytest.mark.once


def test_what_is_new_is_said_and_the_folder_is_exported_like_a_scan(
    vaern: Callable[..., Result], cabinet: Cabinet, tmp_path: Path
) -> None:
    vaern("scan", cabinet.media, "--list", cabinet.good, "--out", tmp_path / "old", "--synthetic")
    words = ("rematch", tmp_path / "old", "--list", cabinet.known, "--list", cabinet.good)
    result = vaern(*words, "--out", tmp_path / "new")
    assert result.exit_code == 3, result.output
    for line in ("10 findings of run ", "Not as before: 4 findings", "  new → known: 2", "  new → near: 2"):
        assert line in result.stdout
    assert json.loads((tmp_path / "new" / "run.json").read_text())["synthetic"]
    assert "Compared with the run before" in (tmp_path / "new" / "report.html").read_text()
    exported = vaern("export", "vics", tmp_path / "new", "--out", tmp_path / "new.json")
    assert exported.exit_code == 0, exported.output
    only = vaern(*words, "--out", tmp_path / "only", "--only-new")
    assert "Not as before: 4 findings, and no others are written" in only.stdout
    assert len((tmp_path / "only" / "findings.jsonl").read_bytes().splitlines()) == 4
    nothing = vaern("rematch", tmp_path / "new", "--list", cabinet.good, "--out", tmp_path / "less")
    assert nothing.exit_code == 0
    assert "  known → new: 2" in nothing.stdout


def test_what_holds_no_scan_is_refused(vaern: Callable[..., Result], cabinet: Cabinet, tmp_path: Path) -> None:
    result = vaern("rematch", cabinet.media, "--list", cabinet.known, "--out", tmp_path / "new")
    assert result.exit_code == 2
    assert "nothing to match" in result.stderr
    assert not (tmp_path / "new").exists()
