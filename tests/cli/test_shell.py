"""What shells and `man` are given: commands are completed, and the manual page has them all."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
import man_page
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.cli.commands import cli
from vaern.cli.completion import SHELLS
from vaern.cli.groups import commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    Vaern = Callable[..., Result]
    Foreign = Callable[[str], str]

ROOT = Path(__file__).resolve().parents[2]


def rendered(foreign: Foreign, page: str) -> str:
    """A page as groff shows it, of lines as long as they come; groff has nothing to say of it."""
    words = [foreign("groff"), "-man", "-ww", "-Tutf8", "-P-cbou", "-rLL=2000n"]
    done = subprocess.run(words, input=page.encode(), capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode()


def test_the_manual_page_is_fresh_and_the_package_brings_it() -> None:
    assert man_page.PAGE.read_text("ascii") == man_page.page(), "run `make reference`"
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shared = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared == {str(man_page.PAGE.relative_to(ROOT)): "share/man/man1/vaern.1"}


@pytest.mark.once
def test_the_manual_page_shows_every_command_with_its_options(foreign: Foreign) -> None:
    shown = rendered(foreign, man_page.page()).replace("\u2010", "-")
    for names, command in commands(cli, ("vaern",)):
        title = " ".join(names)
        assert re.search(rf"^ *{title}\b", shown, re.MULTILINE), title
        section = shown.split(f"\n   {title}\n")[-1].split("\n   vaern ")[0]
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(name in section for name in option.opts), (title, option.opts)


texts = st.text(st.sampled_from("ab .'`^~\\-\"→æ"), min_size=1, max_size=20).map(lambda text: " ".join(text.split()))


@pytest.mark.once
def test_any_text_is_shown_as_it_is(foreign: Foreign) -> None:
    @given(st.lists(texts.filter(bool), min_size=1, max_size=30))
    def shown(some: list[str]) -> None:
        lines = [line for text in some for line in (man_page._text(text), ".br")]
        page = "\n".join(['.TH A 1 "" "" ""', ".SH B", ".nh", *lines])
        body = rendered(foreign, page).split("\nB\n", 1)[1]
        found = [" ".join(line.split()) for line in body.splitlines()]
        assert [line for line in found if line][: len(some)] == some

    shown()


def asked(words: str, shell: str = "bash") -> list[str]:
    """What may stand for the last of some words."""
    number = len(words.split(" ")) - 1
    told = {"_VAERN_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": str(number)}
    program = "from vaern.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | told, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines()


@pytest.mark.once
def test_commands_and_options_are_completed() -> None:
    assert [line.removeprefix("plain,") for line in asked("vaern l")] == ["lists", "lookup", "ledger"]
    assert asked("vaern scan --prog") == ["plain,--progress"]
    assert asked("vaern scan --progress j") == ["plain,json"]
    assert "plain,build" in asked("vaern lists b")


@pytest.mark.once
def test_bash_completes_by_its_script(vaern: Vaern, tmp_path: Path) -> None:
    program = tmp_path / "vaern"
    program.write_text(
        f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -c 'from vaern.cli.main import main; main()' \"$@\"\n"
    )
    program.chmod(0o755)
    script = vaern("completion", "bash").stdout
    typed = "COMP_WORDS=(vaern lis); COMP_CWORD=1; _vaern_completion vaern; echo ${COMPREPLY[@]}; complete -p vaern"
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    words = ["bash", "--norc", "-c", script + typed]
    done = subprocess.run(words, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "lists"
    assert "_vaern_completion" in done.stdout.splitlines()[1]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script_that_asks_the_program(vaern: Vaern, shell: str) -> None:
    done = vaern("completion", shell)
    assert done.exit_code == 0
    assert f"_VAERN_COMPLETE={shell}_complete" in done.stdout
