"""The registry of keys: what a script does, a line of a page tells, and the other way round; and who listens at all."""

from __future__ import annotations

import re
from pathlib import Path

import vaern.node

ROOT = Path(vaern.node.__file__).parent
SCRIPTS = [path for path in sorted(ROOT.glob("*/static/**/*.js")) if not {"qr", "device"} & set(path.parts)]
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
LINE = re.compile(r'<li data-keys="([^"]*)" data-does="([^"]*)"')
OF_THEIR_OWN = {
    "find.js": "a combobox: the keys of its pattern, in its own field",
    "tables.js": "a choice of a filter, which is sent when it is left",
}
"""Controls with keys of their own, which work in them alone and are those of every page on the web."""


def told() -> dict[str, set[str]]:
    """What lines of pages tell: each act with its keys."""
    found: dict[str, set[str]] = {}
    for template in TEMPLATES:
        for keys, does in LINE.findall(template.read_text("utf-8")):
            found.setdefault(does, set()).update(keys.split())
    return found


def test_each_act_has_a_line_and_each_line_an_act() -> None:
    added = [
        name
        for path in SCRIPTS
        for name in re.findall(r'(?:Keys\.)?\badd\("([a-z]+\.[a-z]+)"', path.read_text("utf-8"))
    ]
    assert len(added) == len(set(added)) > 10
    assert set(added) == set(told())


def test_every_line_is_one_that_the_dialogue_reads() -> None:
    for template in TEMPLATES:
        text = template.read_text("utf-8")
        assert text.count("data-keys=") == len(LINE.findall(text)), template.name
        if "data-keys=" in text:
            assert "data-keys-of=" in text, template.name


def test_nobody_else_listens_to_keys() -> None:
    listening = {path.name for path in SCRIPTS if re.search(r"\"key(down|up|press)\"", path.read_text("utf-8"))}
    assert listening == {"keys.js", *OF_THEIR_OWN}
    assert not [path.name for path in TEMPLATES if "accesskey" in path.read_text("utf-8")]


def test_no_key_means_two_things_unless_the_focus_says_which() -> None:
    """Two acts may share a key that works only where the focus is: rows and tabs share Home, dialogues Escape."""
    shared = {"Home", "End", "Enter", "Escape", "ArrowUp", "ArrowDown"}
    single: dict[str, str] = {}
    for does, keys in told().items():
        for key in keys - shared:
            assert single.setdefault(key, does) == does, key


def test_no_script_takes_the_names_of_another() -> None:
    """What stands outside of functions all scripts of a page share: a second `mark` takes the place of the first."""
    declared: dict[str, str] = {}
    for path in SCRIPTS:
        for name in re.findall(
            r"^(?:async )?(?:function|const|let|class|var) (\w+)", path.read_text("utf-8"), re.MULTILINE
        ):
            assert declared.setdefault(name, path.name) == path.name, f"{name}: {path.name}, {declared[name]}"
