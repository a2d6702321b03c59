"""Files of help lines: those shipped with Værn, and the node's own (`VAERN_LAW`). Pure; no Django.

Rows marked `"synthetic": true` are made up: only a synthetic node loads them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from vaern.node.law.records import Basis
from vaern.node.reports.rules.help_lines import HelpLine
from vaern.node.reports.rules.law_files import check_day, decoded, json_files, wrong

SHIPPED = Path(__file__).parent.parent / "data" / "help_lines"
FOLDER = "help-lines"
"""Of the node's own, within its folder of law."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file."""

    lines: tuple[HelpLine, ...]
    synthetic: bool = False


@cache
def of_node(own: Path | None, *, synthetic: bool) -> tuple[HelpLine, ...]:
    """Return the help lines of a node; its own replace shipped ones with the same key.

    Raises:
        LawFileError: a file is not valid.
    """
    found = {one.key: one for one in _in_folder(SHIPPED, synthetic=synthetic)}
    if own is not None:
        found |= {one.key: one for one in _in_folder(own / FOLDER, synthetic=synthetic)}
    return tuple(found.values())


def _in_folder(folder: Path, *, synthetic: bool) -> list[HelpLine]:
    found = []
    for path in json_files(folder):
        given = decoded(path, _File)
        if given.synthetic and not synthetic:
            continue
        for number, one in enumerate(given.lines):
            if fault := _fault(one, made_up=given.synthetic):
                raise wrong(path, f"$.lines[{number}]", fault)
            if not given.synthetic:
                check_day(path, f"$.lines[{number}]", one.read, one.recalled)
            basis = Basis.READ if one.read or given.synthetic else Basis.RECALLED
            found.append(msgspec.structs.replace(one, synthetic=given.synthetic, basis=basis))
    return found


def _fault(one: HelpLine, *, made_up: bool) -> str:
    if not one.name.get("en"):
        return "It has no English name (en)"
    if not one.source and not made_up:
        return "It names no source, where its number can be read"
    if one.until is not None and one.until < one.since:
        return "It ends (until) before it begins (since)"
    return ""
