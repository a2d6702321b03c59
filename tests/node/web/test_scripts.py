"""What scripts owe each other: those of one page share their outermost names, and the last of a name has it."""

from __future__ import annotations

import re
from pathlib import Path

import vaern.node
import vaern.node.web

FOR_ALL = Path(vaern.node.web.__file__).parent / "static" / "vaern"
SCRIPTS = sorted(Path(vaern.node.__file__).parent.glob("*/static/**/*.js"))
OUTERMOST = re.compile(r"^(?:async )?(?:function\*?|const|let|var|class) (\w+)", re.MULTILINE)


def names(script: Path) -> set[str]:
    """Return what a script declares outside of every function."""
    return set(OUTERMOST.findall(script.read_text("utf-8")))


def test_no_script_takes_a_name_of_those_that_every_page_has() -> None:
    given = {name: script for script in FOR_ALL.glob("*.js") for name in names(script)}
    assert "offerCopying" in given, "the names are found"
    taken = [
        f"{script.name} takes {name} of {given[name].name}"
        for script in SCRIPTS
        for name in names(script) & given.keys()
        if given[name] != script
    ]
    assert taken == []
