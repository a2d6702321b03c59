"""What can be wrong with a spreadsheet, and where. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong.

    Attributes:
        sheet, cell: where, as `Actions` and `B7`; empty where it is the file as a whole.
        code: one of the codes below.
        said: what was found, shortened.
    """

    sheet: str
    cell: str
    code: str
    said: str = ""


class Unreadable(ValueError):
    """The file cannot be read as a spreadsheet at all; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


NO_WORKBOOK, OLD_OR_LOCKED, MACROS, TORN, TOO_LARGE, TEXT_FILE = (
    "no_workbook",
    "old_or_locked",
    "macros",
    "torn",
    "too_large",
    "text_file",
)
"""Of a file that cannot be read."""

NOT_OURS, OTHER_FORM, OTHER_ROUND, OTHER_MEMBER, STALE = (
    "not_ours",
    "other_form",
    "other_round",
    "other_member",
    "stale",
)
"""Of a file that is not the one that was fetched for this reply."""

NO_SHEET, EXTRA_SHEET, TWO_SHEETS, NO_COLUMN, UNKNOWN_COLUMN, TWO_COLUMNS, OUTSIDE, MERGED, HIDDEN, TOO_MANY_ROWS = (
    "no_sheet",
    "extra_sheet",
    "two_sheets",
    "no_column",
    "unknown_column",
    "two_columns",
    "outside",
    "merged",
    "hidden",
    "too_many_rows",
)
"""Of the shape of it."""

FORMULA, ERROR, CONTROL, NO_TEXT, NO_NUMBER, NUMBER_AS_TEXT, PERCENT, NO_DATE, AMBIGUOUS_DATE, DATE_AS_NUMBER = (
    "formula",
    "error",
    "control",
    "no_text",
    "no_number",
    "number_as_text",
    "percent",
    "no_date",
    "ambiguous_date",
    "date_as_number",
)
"""Of a cell by itself."""

NO_CHOICE, NO_LINE, TWO_LINES, NO_SUCH_LINE, UNKNOWN_COMMITMENT, TWO_COMMITMENTS, OTHER_GOAL = (
    "no_choice",
    "no_line",
    "two_lines",
    "no_such_line",
    "unknown_commitment",
    "two_commitments",
    "other_goal",
)
"""Of a cell beside the others."""

LONGEST_SAID = 40


def said(value: object) -> str:
    """Return what was found, shortened, with a dot for each character that does not print."""
    text = "".join(letter if letter.isprintable() else "·" for letter in str(value))
    return text if len(text) <= LONGEST_SAID else text[: LONGEST_SAID - 1] + "…"
