"""How people read what a commitment says: goals, days, quantities, lines, and the names of places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.html import format_html

from vaern.node.alliance.base.words import figure, worded
from vaern.node.alliance.commitments import labels
from vaern.node.alliance.indicators.labels import UNITS
from vaern.node.alliance.rules import definitions, frame
from vaern.node.alliance.rules.contents import ActionLine, Evidence

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.alliance.rules.contents import Target

NOTHING = "–"


def goal_label(code: str, version: str = "") -> str:
    """Return number and words of an operational goal."""
    goals = {goal.code: goal for goal in frame.declaration(version).goals}
    return f"{goals[code].number} {worded(goals[code].text)}" if code in goals else code


def day(value: date | None) -> str:
    """Return a day as people read it."""
    return date_format(value, "DATE_FORMAT") if value else NOTHING


def number_words(value: float) -> str:
    """Return a number, with decimals only where it has some."""
    return figure(value, 0 if value == int(value) else 2)


def quantity(target: Target) -> str:
    """Return what a target asks for: at least 80 %."""
    if target.value is None:
        return NOTHING
    number = number_words(target.value)
    unit = UNITS.get(target.unit, target.unit)
    return f"{labels.DIRECTIONS[target.direction]} {number} {unit}".strip()


def menu_text(code: str | None) -> str:
    """Return the words of an action of the menu."""
    for target in frame.declaration().targets:
        for action in target.actions:
            if action.code == code:
                return worded(action.text)
    return NOTHING


def line_text(line: ActionLine | Evidence) -> object:
    """Return one line as people read it."""
    if isinstance(line, ActionLine):
        parts = [line.text or menu_text(line.code), str(labels.ACTION_STATES[line.state])]
        return ", ".join([*parts, day(line.date)] if line.date else parts)
    words = f"{line.text}, {day(line.date)}" if line.date else line.text
    return format_html('<a href="{}" rel="noreferrer">{}</a>', line.url, words) if line.url else words


def place_label(path: str) -> str:
    """Return the name of a place of a commitment, for people."""
    room, _dot, number = path.partition(".")
    if room in {"actions", "evidence"}:
        return f"{labels.PLACES[room]} {int(number.partition('.')[0]) + 1}"
    return str(labels.PLACES[path])


def said(path: str, value: Any) -> object:
    """Return one side of a change as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, (ActionLine, Evidence)):
        return line_text(value)
    if isinstance(value, float):
        return number_words(value)
    if path.endswith((".date", ".due")):
        return day(value)
    if path == "target.direction":
        return labels.DIRECTIONS[value]
    known = definitions.current().by_code.get(value) if path == "target.indicator" else None
    return worded(known.name) if known else value
