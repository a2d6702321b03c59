"""What people read in a spreadsheet and of its faults, and what the node recognises when it comes back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vaern.node.alliance.files.sheet import faults as f
from vaern.node.alliance.files.sheet import layout
from vaern.node.alliance.rules import definitions, frame

if TYPE_CHECKING:
    from collections.abc import Mapping

SHEETS: dict[str, Any] = {
    "guide": _("Read me"),
    "commitments": _("Commitments"),
    "actions": pgettext_lazy("of a commitment", "Actions"),
    "evidence": _("Evidence"),
    "declared": _("Values"),
    "codes": _("Codes"),
}

COLUMNS: dict[str, Any] = {
    "line": _("No."),
    "goal": _("Goal"),
    "obligation": _("Obligation"),
    "requirement": _("Requirement"),
    "target.text": _("Target in words"),
    "target.indicator": _("Indicator"),
    "target.value": _("Target value"),
    "target.unit": _("Unit"),
    "target.direction": _("Direction"),
    "target.due": _("Due"),
    "target.baseline.value": _("Baseline value"),
    "target.baseline.date": _("Baseline date"),
    "target.baseline.source": _("Baseline source"),
    "owner": _("Authority that answers for it"),
    "language": _("Language"),
    "frame_version": _("Version of the goals"),
    "commitment": _("Identifier"),
    "code": _("Action code"),
    "text": _("Text"),
    "state": _("State"),
    "date": _("Date"),
    "url": _("Address"),
    "indicator": _("Indicator"),
    "period": _("Period"),
    "value": _("Value"),
    "why": _("Why there is no value"),
    "source": _("Source"),
}

DIRECTIONS: dict[str, Any] = {"at_least": _("at least"), "at_most": _("at most")}
STATES: dict[str, Any] = {"planned": _("planned"), "done": _("done")}

FAULTS: dict[str, tuple[Any, Any]] = {
    f.NO_WORKBOOK: (_("This is no spreadsheet."), _("Send the .xlsx file that you fetched here.")),
    f.OLD_OR_LOCKED: (
        _("This is a spreadsheet of before 2007, or one with a password."),
        _("Save it as .xlsx without a password."),
    ),
    f.MACROS: (_("This spreadsheet has macros."), _("Save it as .xlsx, without macros.")),
    f.TORN: (_("The file is damaged or was not sent whole."), _("Open it, save it as .xlsx, and send it again.")),
    f.TOO_LARGE: (_("The file is larger than a reply can be."), _("Fetch a new one and copy your values into it.")),
    f.TEXT_FILE: (_("This is a text file, such as CSV."), _("Save it as .xlsx, whatever its name is.")),
    f.NOT_OURS: (_("This spreadsheet was not made here."), _("Fetch one here, and copy your values into it.")),
    f.OTHER_FORM: (_("It was made by another version of this software."), _("Fetch a new one, and copy your values.")),
    f.OTHER_ROUND: (_("It was made for another round."), _("Fetch the one of this round, and copy your values.")),
    f.OTHER_MEMBER: (_("It was made for another member."), _("Send the one of your own country.")),
    f.STALE: (
        _("The reply was changed after this spreadsheet was fetched."),
        _("Fetch a new one, look at what changed, and copy your values into it."),
    ),
    f.NO_SHEET: (_("This sheet is missing or was renamed."), _("Give it back its name.")),
    f.EXTRA_SHEET: (_("This sheet is not part of the reply."), _("Delete it: nothing of it would be taken.")),
    f.TWO_SHEETS: (_("There are two of this sheet."), _("Delete one of them.")),
    f.NO_COLUMN: (_("This column is missing or was renamed."), _("Put its header back into the first row.")),
    f.UNKNOWN_COLUMN: (_("There is no column of this name."), _("Give it back its name, or delete it.")),
    f.TWO_COLUMNS: (_("This column is there twice."), _("Delete one of them.")),
    f.OUTSIDE: (_("Something stands in a column without a header."), _("Move it into a column, or delete it.")),
    f.MERGED: (_("Cells are merged here."), _("Unmerge them, and fill in each.")),
    f.HIDDEN: (_("A row or column with content is hidden here."), _("Show it, so that you see what you send.")),
    f.TOO_MANY_ROWS: (_("There are more rows than a reply can have."), _("Delete rows that are not needed.")),
    f.FORMULA: (_("This is a formula."), _("Put its result here, as a value.")),
    f.ERROR: (_("This is an error value."), _("Put a value here, or leave it empty.")),
    f.CONTROL: (_("There are control characters in this text."), _("Type it anew, without copying.")),
    f.NO_TEXT: (_("This is no text, or was turned into a date."), _("Format the cell as text, and type it again.")),
    f.NO_NUMBER: (_("This is no number."), _("Write digits alone, such as 1234.5.")),
    f.NUMBER_AS_TEXT: (
        _("This number is a text that can be read in two ways."),
        _("Format the cell as a number, and write it without separators of thousands and without %."),
    ),
    f.PERCENT: (
        _("This number is shown as a percentage, so that 50 % is kept as 0.5."),
        _("Format the cell as a number, and write 50 for 50 %."),
    ),
    f.NO_DATE: (_("This is no day."), _("Write it as year-month-day: 2026-04-03.")),
    f.AMBIGUOUS_DATE: (_("This day can be read in two ways."), _("Write it as year-month-day: 2026-04-03.")),
    f.DATE_AS_NUMBER: (_("This is a number where a day belongs."), _("Format the cell as a date.")),
    f.NO_CHOICE: (_("This cannot be chosen here."), _("Choose one of the list; their meanings are in the last sheet.")),
    f.NO_LINE: (_("There is no number here."), _("Write the number of the commitment: 1, 2, 3 …")),
    f.TWO_LINES: (_("Two commitments have this number."), _("Give each a number of its own.")),
    f.NO_SUCH_LINE: (_("No commitment has this number."), _("Write the number that the commitment has in its sheet.")),
    f.UNKNOWN_COMMITMENT: (
        _("This is no commitment of yours."),
        _("Leave the identifier as it was; for a new commitment leave it empty."),
    ),
    f.TWO_COMMITMENTS: (_("Two rows have this identifier."), _("Delete one row, or the identifier of the new one.")),
    f.OTHER_GOAL: (
        _("A commitment keeps its goal."),
        _("Put the goal back; write a new row for a commitment to another goal."),
    ),
    "missing": (_("Something is missing here."), _("Fill it in.")),
    "too_long": (_("This text is too long."), _("Shorten it.")),
    "too_many": (_("These are too many."), _("Delete some.")),
    "out_of_range": (
        _("The indicator cannot have this value."),
        _("A share is from 0 to 100, a growth at least −100, all others at least 0: look for a comma that was lost."),
    ),
    "unknown": (_("The node knows nothing of this name."), _("Choose one of the list.")),
    "other_unit": (_("The indicator has another unit."), _("Leave the unit empty, and the indicator’s is used.")),
    "no_address": (_("This is no address of a page."), _("Write it whole, beginning with https://.")),
    "no_period": (_("This is no period."), _("Write 2026, 2026-Q3 or 2026-07, as text.")),
    "value_and_why": (
        _("There is a value, and a reason why there is none."),
        _("Delete one of the two."),
    ),
    "twice": (_("This indicator has a value for this period already."), _("Delete one of the two rows.")),
}
"""What was wrong, and what to do."""


def choices(name: str) -> dict[str, Any]:
    """Return what may be chosen under a name of `layout`: words by code."""
    if name == "indicators":
        return {one.code: one.code for one in definitions.current().indicators}
    if name == "frames":
        return {one.version: one.version for one in frame.declarations()}
    if name == "languages":
        return {code: code for code, _name in settings.LANGUAGES}
    if name == "goals":
        return {goal.code: goal.code for one in frame.declarations() for goal in one.goals}
    if name == "actions":
        found = (action for one in frame.declarations() for target in one.targets for action in target.actions)
        return {action.code: action.code for action in found}
    return {"directions": DIRECTIONS, "states": STATES}[name]


@cache
def recognised(name: str) -> dict[str, str]:
    """Return codes by what people may have chosen, in lower case, in every language."""
    return {word: code for code, label in choices(name).items() for word in (code.lower(), *in_all_languages(label))}


@cache
def sheets_recognised() -> dict[str, str]:
    """Return the codes of sheets by their names in lower case, in every language."""
    return {word: code for code, label in SHEETS.items() for word in in_all_languages(label)}


@cache
def columns_recognised(table: layout.Table) -> dict[str, str]:
    """Return the places of a table's columns by their headers in lower case, in every language."""
    return {word: one.path for one in table.columns for word in in_all_languages(COLUMNS[one.path])}


def in_all_languages(label: object) -> set[str]:
    """Return a label in every language of the node, in lower case."""
    if not isinstance(label, Promise):
        return {str(label).lower()}
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(" ".join(str(label).lower().split()))
    return found


def said(words: Mapping[str, Any], code: str) -> str:
    """Return a label in the active language."""
    return str(words[code])
