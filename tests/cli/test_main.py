from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import cli_reference
import pytest
from tests.cli.conftest import run

import vaern
from vaern.cli.output import clock, count, safe, size

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_fresh() -> None:
    assert cli_reference.PAGE.read_text("utf-8") == cli_reference.page(), "run `make reference`"


def test_the_version_names_every_decoder() -> None:
    result = run("--version")
    assert result.returncode == 0
    assert result.stdout.startswith(f"vaern {vaern.__version__}\n")
    for name in ("python", "numpy", "pillow", "libheif", "libavcodec", "simplejpeg"):
        assert re.search(rf"^  {name} [\w.]+", result.stdout, re.MULTILINE), name


def test_help_loads_no_decoder() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from vaern.cli.main import cli; "
        "assert CliRunner().invoke(cli, ['scan', '--help']).exit_code == 0; "
        "print({'numba', 'numpy', 'PIL', 'av', 'rich'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


def test_our_own_fault_is_not_hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from vaern.cli.main import cli
    from vaern.matching import ListPackage

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ListPackage, "open", fail)
    assert isinstance(CliRunner().invoke(cli, ["lists", "show", str(tmp_path)]).exception, ZeroDivisionError)


@pytest.mark.parametrize("words", [["lists"], ["scan", "--no-such"], ["nothing"], ["lists", "show"]])
def test_a_wrong_call_has_status_2(words: list[str]) -> None:
    result = run(*words)
    assert result.returncode == 2
    assert "Usage: vaern" in result.stderr


def test_words_for_people() -> None:
    assert [count(number, "file") for number in (0, 1, 2000)] == ["0 files", "1 file", "2,000 files"]
    assert count(2, "entry", "entries") == "2 entries"
    assert [size(number) for number in (0, 999, 1000, 12_345, 999_499, 999_500, 1.5e12, 3e15)] == [
        "0 B", "999 B", "1 kB", "12.3 kB", "999 kB", "1 MB", "1.5 TB", "3000 TB",
    ]  # fmt: skip
    assert clock(3723.4) == "1:02:03"
    assert safe("a\x1b[2J\u202eb\nc") == r"a\x1b[2J\xe2\x80\xaeb\x0ac"
