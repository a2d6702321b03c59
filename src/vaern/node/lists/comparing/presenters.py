"""From a comparison of two releases to what its page and its file show."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from vaern.formats.csv_write import CsvWriter
from vaern.node.lists.base import labels
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.releases import Difference
from vaern.node.web.charts import Bars
from vaern.node.web.components import Chip, Code, Empty
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.node.lists.comparing.queries import Asked, Comparison
    from vaern.node.lists.comparing.statements import Changed

BOM = "\ufeff"
AT_ONCE = 500
COLUMNS = ("entry", "differences", "state_before", "state_after", "class_before", "class_after")


def address(comparison_of: object, asked: Asked, route: str = "lists:compare") -> str:
    """Return the address of a comparison, or of its file."""
    given = {"from": asked.old, "to": asked.new, "difference": asked.difference}
    query = urlencode({name: value for name, value in given.items() if value})
    return reverse(route, args=[comparison_of]) + (f"?{query}" if query else "")


def said(found: Comparison) -> str:
    """Return in a sentence which two releases are compared, and in how many entries they differ."""
    return _("From release %(old)s to release %(new)s, %(n)s entries differ.") % {
        "old": number_format(found.span.old, force_grouping=True),
        "new": number_format(found.span.new, force_grouping=True),
        "n": number_format(found.total, force_grouping=True),
    }


def chart(found: Comparison) -> Bars:
    """Return how many entries have each difference."""
    rows = [(str(labels.DIFFERENCES[one][0]), n) for one, n in found.counts.items()]
    return Bars(_("Entries by what differs"), rows, _("Entries"))


def table(found: Comparison) -> Table:
    """Return the entries that differ, with the releases and the differences to choose from."""
    differences = [(code.value, label) for code, (label, _tone) in labels.DIFFERENCES.items()]
    return Table(
        caption=_("Entries that differ"),
        columns=[
            Column(_("Entry")),
            Column(_("What differs")),
            Column(_("State before")),
            Column(_("State after")),
            Column(_("Class before")),
            Column(_("Class after")),
        ],
        rows=[_row(found, one) for one in found.page.rows],
        filters=[
            Filter("from", _("From"), _days(found, found.asked.old), found.asked.old, unset=_("The day before")),
            Filter("to", _("To"), _days(found, found.asked.new), found.asked.new, unset=_("The last release")),
            Filter("difference", _("What differs"), differences, found.asked.difference),
        ],
        page=found.page,
        total=found.page.total,
        empty=Empty(_("Nothing differs"), _("Between these two releases no entry of this kind changed.")),
        id="differences",
    )


def _row(found: Comparison, one: Changed) -> Row:
    shown = ", ".join(str(labels.DIFFERENCES[code][0]) for code in Difference if code in one.differences)
    url = reverse("lists:entry", args=[found.hash_list.pk, one.entry]) if one.ident else ""
    cells = [Code(one.ident, 16) if one.ident else _("Erased"), shown, _state(one.before), _state(one.now)]
    return Row([*cells, one.old_class or "–", one.new_class or "–"], url=url)


def _state(code: str) -> object:
    return Chip(*labels.STATES[EntryState(code)]) if code else _("Not there")


def _days(found: Comparison, chosen: str) -> list[tuple[str, object]]:
    """Return the days to choose from, and whatever else the address names."""
    offered: list[tuple[str, object]] = [
        (one.day.isoformat(), _("%(day)s (release %(n)s)") % {"day": date_format(one.day), "n": one.release})
        for one in found.days
    ]
    there = {value for value, _label in offered}
    return [*offered, (chosen, chosen)] if chosen and chosen not in there else offered


def as_csv(rows: Iterable[Changed]) -> Iterator[bytes]:
    """Yield the file, a part at a time: codes, not words, so that it reads the same in every language."""
    yield _written([COLUMNS], BOM)
    part: list[tuple[object, ...]] = []
    for one in rows:
        codes = " ".join(code.value for code in Difference if code in one.differences)
        part.append((one.ident, codes, one.before, one.now, one.old_class, one.new_class))
        if len(part) == AT_ONCE:
            yield _written(part)
            part = []
    yield _written(part)


def _written(rows: Iterable[Iterable[object]], before: str = "") -> bytes:
    out = io.StringIO(newline="")
    CsvWriter(out).rows(rows)
    return (before + out.getvalue()).encode()
