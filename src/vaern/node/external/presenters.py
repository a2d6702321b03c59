"""From external identifiers to what pages show: a record's section, the chips of a list, the lines of a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.sheets import SheetPart
from vaern.node.external import kinds, labels, passage, queries
from vaern.node.external.rules import Change, Source, goes
from vaern.node.external.sealed_values import opened_or_none
from vaern.node.organisations import countries
from vaern.node.web.components import Chip, When
from vaern.node.web.records import RowActs

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from vaern.node.external.kinds import Carrier
    from vaern.node.external.models import ExternalIdentifier
    from vaern.node.external.queries import Line
    from vaern.node.external.sealed_values import Written
    from vaern.node.ledger.rules import Reason, Subject
    from vaern.node.organisations.viewers import Viewer


def sheet_part(viewer: Viewer, record: Carrier, reason: Reason) -> SheetPart | None:
    """Return the section of a record's page, for every kind; None where there is nothing to show and nothing to do."""
    kind, own = kinds.of(record.KIND), record.subject.owner == viewer.organisation.id
    works = own and viewer.may(kind.work)
    found = queries.lines(viewer, record)
    if not found and not works:
        return None
    called = kinds.called(one for line in found for one in line.others)
    shown = [_line(viewer, record, line, called, works=works) for line in found]
    live = [one for one in shown if not one["withdrawn"]]
    context = {
        "live": live,
        "gone": [one for one in shown if one["withdrawn"]],
        "own": own,
        "reads": kind.may_read(viewer),
        "add_url": reverse(f"{kind.page.namespace}:add-external", args=kind.at(record)) if works else "",
    }
    return SheetPart(_("External identifiers"), "external/part.html", context, count=len(live))


_ACTS = {"correct": gettext_lazy("Correct"), "withdraw": gettext_lazy("Withdraw"), "restore": ""}
"""The acts on an identifier, each with its label in the menu of its row; *restore* stands beside what is withdrawn."""


def _line(viewer: Viewer, record: Carrier, line: Line, called: dict[UUID, str], *, works: bool) -> dict[str, Any]:
    row, can, kind = line.row, works and line.written is not None, kinds.of(record.KIND)
    namespace, at = kind.page.namespace, [*kind.at(record), row.pk]
    urls = {name: reverse(f"{namespace}:{name}-external", args=at) for name in _ACTS}
    acts = [(label, urls[name]) for name, label in _ACTS.items() if can and label]
    name = " ".join((str(labels.system(row.system)), line.written.value if line.written else ""))
    own = row.organisation_id == viewer.organisation.id
    return {
        "system": labels.system(row.system),
        "value": line.written.value if line.written else "",
        "whose": _whose(row, line.written),
        "note": line.written.note if line.written else "",
        "source": _source(row),
        "by": row.noted_by.name if row.noted_by and own else "",
        "at": When(row.noted_at),
        "along": labels.ALONG[row.along] if own else "",
        "withdrawn": row.withdrawn_at is not None,
        "others": [(called[one.id], kinds.url_for(viewer, one)) for one in line.others if one.id in called],
        "history": [
            {
                "what": labels.CHANGES[Change(change.change)],
                "value": written.value if written else "",
                "system": labels.system(change.system),
                "because": written.because if written else "",
                "by": change.by.name if change.by else _("The node"),
                "at": When(change.at),
            }
            for change, written in line.history
        ],
        "acts": RowActs(name, acts) if row.withdrawn_at is None else "",
        "restore": urls["restore"] if can and row.withdrawn_at is not None else "",
    }


def _whose(row: ExternalIdentifier, written: Written | None) -> str:
    country = countries.named(row.country) if row.country else ""
    return ", ".join(filter(None, (written.holder if written else "", country)))


def _source(row: ExternalIdentifier) -> str:
    if row.sent_by is not None:
        return _("received with the record from %(name)s") % {"name": row.sent_by.name}
    return str(labels.SOURCES[Source(row.source)])


def chips(viewer: Viewer, kind: str, ids: Collection[UUID]) -> dict[UUID, list[Chip]]:
    """Return of records of a list the chips that say on which other records an identifier of theirs stands too."""
    found = queries.shared(viewer, kind, ids)
    called = kinds.called(one for others in found.values() for one in others)
    return {record: _chips(others, called) for record, others in found.items()}


def _chips(others: list[Subject], called: dict[UUID, str]) -> list[Chip]:
    words = [called[one.id] for one in others if one.id in called]
    if not words:
        return []
    more = _("%(what)s and %(n)s more") % {"what": words[0], "n": len(words) - 1} if len(words) > 1 else words[0]
    return [Chip(labels.also_on(more), "warning")]


def along(record: Carrier, handling: str) -> list[tuple[str, bool]]:
    """Return each identifier of a record in a line, and whether it goes along with a release under a label."""
    if record.KIND not in kinds.codes():
        return []
    found = []
    for row in passage.live(record):
        written = opened_or_none(row)
        words = f"{labels.system(row.system)} {written.value if written else ''}".strip()
        found.append((words, goes(row.along, handling)))
    return found
