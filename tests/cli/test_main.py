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


@pytest.mark.once
def test_the_version_names_every_decoder() -> None:
    result = run("--version")
    assert result.returncode == 0
    assert result.stdout.startswith(f"vaern {vaern.__version__}\n")
    for name in ("python", "numpy", "pillow", "libheif", "libavcodec", "simplejpeg"):
        assert re.search(rf"^  {name} [\w.]+", result.stdout, re.MULTILINE), name


def test_help_loads_no_decoder() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from vaern.cli.commands import cli; "
        "assert CliRunner().invoke(cli, ['scan', '--help']).exit_code == 0; "
        "print({'numpy', 'PIL', 'av', 'rich'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


@pytest.mark.once
@pytest.mark.parametrize("module", ["click", "vaern.cli.match", "numpy", "vaern.scanning"])
@pytest.mark.parametrize("words", [["--version"], ["match", "0" * 32, "--list", "no list"]])
def test_ctrl_c_while_the_program_loads_is_one_sentence(words: list[str], module: str) -> None:
    """The program signals itself in the middle of an import, wherever that stands."""
    code = f"""
import os, signal, sys

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatient())
from vaern.cli.main import main
sys.argv[1:] = {words!r}
main()
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if words != ["--version"] or module not in ("vaern.cli.match", "vaern.scanning"):  # the version needs neither
        assert (result.returncode, result.stderr) == (130, "Stopped.\n")


def test_ctrl_c_in_a_command_lets_it_tidy_up(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from vaern.cli import main, commands

@commands.cli.command()
def wait():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        print("tidy")

sys.argv[1:] = ["wait"]
main.main()
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (130, "tidy\n", "Stopped.\n")


def test_our_own_fault_is_not_hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from vaern.cli.commands import cli
    from vaern.matching import ListPackage

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ListPackage, "open", fail)
    assert isinstance(CliRunner().invoke(cli, ["lists", "show", str(tmp_path)]).exception, ZeroDivisionError)


@pytest.mark.once
@pytest.mark.parametrize("words", [["lists"], ["scan", "--no-such"], ["nothing"], ["lists", "show"]])
def test_a_wrong_call_has_status_2(words: list[str]) -> None:
    result = run(*words)
    assert result.returncode == 2
    assert "Usage: vaern" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["hash", ""],
        ["scan", "", "--list", "L", "--out", "R"],
        ["scan", ".", "", "--list", "L", "--out", "R"],
        ["scan", ".", "--list", "", "--out", "R"],
        ["scan", ".", "--list", "L", "--out", ""],
        ["match", "0" * 32, "--list", ""],
        ["lists", "build", "", "--from", "README.md"],
        ["lists", "build", "L", "--from", ""],
        ["lists", "show", ""],
        ["lists", "verify", ""],
        ["serve", "--home", ""],
    ],
)
def test_an_empty_path_is_not_the_current_folder(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as of a variable that is not set: `vaern hash "$FODLER"`."""
    from click.testing import CliRunner

    from vaern.cli.commands import cli

    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2
    assert "an empty path names nothing; the current folder is '.'" in result.stderr


def test_every_path_of_a_command_must_name_something() -> None:
    import click

    from vaern.cli.commands import cli
    from vaern.cli.groups import commands
    from vaern.cli.options import NamedPath

    types = [param.type for _, command in commands(cli, ("vaern",)) for param in command.params]
    paths = [type_ for type_ in types if isinstance(type_, (click.Path, click.File))]
    assert len(paths) >= 10
    assert all(isinstance(type_, NamedPath) for type_ in paths)


def test_the_list_of_commands_says_what_each_command_says() -> None:
    """It is written without loading them."""
    from vaern.cli.commands import COMMANDS, cli
    from vaern.cli.groups import commands

    loaded = {names[1]: command for names, command in commands(cli, ("vaern",)) if len(names) == 2}
    assert list(loaded) == list(COMMANDS)
    assert {name: command.get_short_help_str(1000) for name, command in loaded.items()} == {
        name: deferred.says for name, deferred in COMMANDS.items()
    }
    assert {name: command.name for name, command in loaded.items()} == {name: name for name in COMMANDS}


def test_words_for_people() -> None:
    assert [count(number, "file") for number in (0, 1, 2000)] == ["0 files", "1 file", "2,000 files"]
    assert count(2, "entry", "entries") == "2 entries"
    assert [size(number) for number in (0, 999, 1000, 12_345, 999_499, 999_500, 1.5e12, 3e15)] == [
        "0 B",
        "999 B",
        "1 kB",
        "12.3 kB",
        "999 kB",
        "1 MB",
        "1.5 TB",
        "3000 TB",
    ]
    assert clock(3723.4) == "1:02:03"
    assert safe("a\x1b[2J\u202eb\nc") == r"a\x1b[2J\xe2\x80\xaeb\x0ac"
