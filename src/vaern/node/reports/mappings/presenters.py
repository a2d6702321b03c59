"""Presentation of mappings, and of the preview of a document read by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.reports.base.addresses import defanged
from vaern.node.reports.base.faults import WORDS, stored, worded
from vaern.node.reports.export.labels import words_of
from vaern.node.reports.mappings import labels
from vaern.node.web.components import Chip, Code, Empty, Link, When
from vaern.node.web.reasons import why_label
from vaern.node.web.tables import Column, Row, Table
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.arrivals import Arrival, Fault
    from vaern.node.reports.intake.mapped import Came
    from vaern.node.reports.mappings.imports import Brought
    from vaern.node.reports.mappings.queries import Listed, Sheet
    from vaern.node.reports.models import SavedMappingUse

IN_BRACKETS, VALUES = re.compile(r" \(\{\w+\}\)"), re.compile(r"\{\w+\}")
MOST_SHOWN = 300
"""Values, and parts that are left over, of one report that a preview shows."""


def mappings_table(found: Sequence[Listed]) -> Table:
    """Return the table of mappings."""
    return Table(
        caption=_("Mappings"),
        columns=[
            Column(_("Name")),
            Column(_("Source system")),
            Column(_("Format")),
            Column(_("Version"), numeric=True),
            Column(_("Reports"), numeric=True),
            Column(_("Used last")),
            Column(_("State")),
        ],
        rows=[
            Row(
                [
                    one.saved.name,
                    one.saved.system,
                    labels.SHAPES[one.version.shape],
                    one.version.number,
                    one.taken,
                    When(one.last),
                    labels.state(one.saved.retired_at is not None),
                ],
                url=reverse("reports:mapping", args=[one.saved.pk]),
            )
            for one in found
        ],
        empty=Empty(
            _("No mapping yet"),
            _("A mapping says once what of another system's documents is which part of a report."),
            reverse("reports:draft-mapping"),
            _("Start from a sample"),
        ),
        id="mappings",
    )


def sheet_context(sheet: Sheet) -> dict[str, Any]:
    """Return the context of a mapping's page."""
    saved = sheet.saved
    return {
        "saved": saved,
        "state": labels.state(saved.retired_at is not None),
        "shape": labels.SHAPES[sheet.in_use.shape],
        "versions": versions_table(sheet),
        "uses": uses_table(sheet.uses),
        "faults": faults_of_uses(sheet.faults),
        "address": f"{reverse('api:send_document')}?mapping={saved.pk}",
    }


def versions_table(sheet: Sheet) -> Table:
    """Return the table of versions: who created each, when and why, and how many stored documents it read."""
    rows = []
    for one, read in sheet.versions:
        in_use = one.number == sheet.saved.in_use
        file = Link(_("Download"), reverse("reports:mapping-file", args=[sheet.saved.pk, one.number]))
        again = (
            Chip(_("This one counts"), "good")
            if in_use
            else Link(_("Put in use"), reverse("reports:use-mapping", args=[sheet.saved.pk, one.number]))
        )
        why = ": ".join(filter(None, (why_label(one.why), one.words)))
        rows.append(Row([one.number, one.name, When(one.made_at), one.made_by.name, why, read, file, again]))
    return Table(
        caption=_("Versions"),
        show_caption=True,
        rows=rows,
        id="versions",
        columns=[
            Column(_("Version"), numeric=True),
            Column(_("Name")),
            Column(_("Made")),
            Column(_("By")),
            Column(_("Why")),
            Column(_("Reports kept"), numeric=True),
            Column(_("File")),
            Column(_("In use")),
        ],
    )


def uses_table(found: Sequence[SavedMappingUse]) -> Table:
    """Return the table of the latest uses: counts, and nothing of the documents' content."""
    return Table(
        caption=_("Documents that were read last"),
        show_caption=True,
        id="uses",
        columns=[
            Column(_("When")),
            Column(_("Version"), numeric=True),
            Column(_("Taken"), numeric=True),
            Column(_("Refused"), numeric=True),
            Column(_("Faults"), numeric=True),
        ],
        rows=[
            Row(
                [When(one.at), one.version.number, one.taken, one.refused, sum(one.faults.values())],
                tone="warning" if one.refused else "",
            )
            for one in found
        ],
        empty=Empty(_("Not used yet"), _("No document was read by it.")),
    )


def faults_of_uses(counted: Sequence[tuple[str, str, int]]) -> Table | None:
    """Return the table of faults found by the version in use, the most frequent first; None without any."""
    if not counted:
        return None
    return Table(
        caption=_("What the version in use told of these documents"),
        show_caption=True,
        id="faults",
        columns=[Column(_("Place")), Column(_("Fault")), Column(_("Times"), numeric=True)],
        rows=[Row([Code(place or "–"), _plain(WORDS[code]), times]) for code, place, times in counted],
    )


def _plain(words: Any) -> str:
    """Return the words of a fault without its values."""
    return VALUES.sub("…", IN_BRACKETS.sub("", str(words)))


def preview(came: Came, number: int) -> dict[str, Any]:
    """Return the preview of a document: one of its reports, the unmapped rest, and every fault with its path."""
    number = min(max(1, number), len(came.reads))
    one = came.reads[number - 1]
    values = list(_values(one.arrival)) if one.arrival else []
    rest = one.arrival.unknown if one.arrival else ()
    said = ngettext("%(n)s report or line in the sample", "%(n)s reports or lines in the sample", len(came.reads))
    return {
        "number": number,
        "many": len(came.reads),
        "said": said % {"n": len(came.reads)},
        "taken": one.arrival is not None,
        "values": Table(
            caption=_("What it becomes"),
            show_caption=True,
            id="becomes",
            columns=[Column(_("Part of a report")), Column(_("Value"))],
            rows=[Row([label, value]) for label, value in values[:MOST_SHOWN]],
            total=len(values),
            empty=Empty(_("Nothing"), _("No report can be taken from it.")),
        ),
        "rest": Table(
            caption=_("What is left over"),
            show_caption=True,
            id="rest",
            columns=[Column(_("Place")), Column(_("Text"))],
            rows=[Row([Code(path), text or _("(stands there without a text)")]) for path, text in rest[:MOST_SHOWN]],
            total=len(rest),
            empty=Empty(_("Nothing"), _("All of it has a place in the report.")),
        ),
        "faults": faults_table(one.faults),
    }


def faults_table(found: Sequence[Fault]) -> Table:
    """Return the table of faults with their paths."""
    told = [worded(stored(fault)) for fault in found]
    return Table(
        caption=_("What is wrong"),
        show_caption=True,
        id="wrong",
        columns=[Column(_("Place")), Column(_("Fault"))],
        rows=[Row([Code(path or "–"), what]) for path, what in told],
        empty=Empty(_("Nothing"), _("Everything could be taken as it stands.")),
    )


def _values(arrival: Arrival) -> Iterator[tuple[str, str]]:
    """Return each part of a report that says something, with what people read of it."""
    for path, kind, value in _leaves(arrival, "", ""):
        number = path.rpartition("]")[0].rpartition("[")[2]
        label = words_of(kind)
        yield (f"{label} ({int(number) + 1})" if number.isdigit() else label), value


def _leaves(value: Any, path: str, kind: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Signal):
        yield path, kind, f"{value.kind} {value.value.hex()}"
    elif isinstance(value, msgspec.Struct):
        for one in msgspec.structs.fields(value):
            given = getattr(value, one.name)
            if one.name not in {"document", "unknown"} and given != one.default:
                dot = "." if path else ""
                yield from _leaves(given, f"{path}{dot}{one.name}", f"{kind}{dot}{one.name}")
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}[{number}]", f"{kind}[]")
    else:
        yield path, kind, _shown(value, kind)


def _shown(value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if hasattr(value, "isoformat"):
        return date_format(value, "DATETIME_FORMAT") + f" ({value.isoformat()})"
    return defanged(str(value)) if kind.endswith("url") else str(value)


def brought_table(found: Sequence[Brought]) -> Table:
    """Return the table of import results, report by report."""
    rows = []
    for one in found:
        refused = one.report is None
        new = Chip(_("New"), "good") if one.made else Chip(_("Was there already"))
        state = Chip(_("Refused"), "bad") if refused else new
        report = Link(one.report.code, one.report_url) if one.report else "–"
        told = "; ".join(f"{where}: {said}" if where else said for where, said in one.faults)
        rows.append(Row([one.document, one.line or "–", state, report, told or "–"], tone="bad" if refused else ""))
    return Table(
        caption=_("What became of the documents"),
        show_caption=True,
        id="brought",
        rows=rows,
        total=len(rows),
        columns=[
            Column(_("Document")),
            Column(_("Report or line")),
            Column(_("Result")),
            Column(_("Report")),
            Column(_("Faults, each with its place")),
        ],
    )
