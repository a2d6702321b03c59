"""The bases of a conclusion without viewing: what a list says of an item, and earlier conclusions about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from vaern.formats import xarf
from vaern.node.reports.base import known
from vaern.node.reports.base.conclusions import Conclusion, conclusion
from vaern.node.reports.models import Assessment, ItemMatch, Report
from vaern.node.reports.rules.assessments import LISTED_BASELINE, Basis, Said
from vaern.node.reports.rules.exposure import SOME, Extent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from vaern.node.reports.models import Item, Scheme, StationAnswer


@dataclass(frozen=True)
class Listed:
    """What a list says of an item.

    Attributes:
        name, release: of the list.
        value: the class that it gives, with its scheme, as the list wrote them; "" for none.
        also: beside the nearest, which a conclusion follows.
        bits: of one beside the nearest, by how many bits it is only near; None where the file is the same.
    """

    name: str
    release: str
    value: str
    also: bool = False
    bits: int | None = None


@dataclass(frozen=True)
class Earlier:
    """The conclusion about an earlier item of the same organisation that this one repeats.

    Attributes:
        report, conclusion: the report that had it, and what was concluded of that.
        row: what was concluded of the item.
        seen: a person looked or followed a list; no further conclusion may rest on a text or an account alone.
        fell: it rests on lists of which no match stands any more (`fell`); nothing further may rest on it either.
    """

    report: Report
    conclusion: Conclusion
    row: Assessment
    seen: bool
    fell: bool

    @property
    def bears(self) -> bool:
        """Whether a further conclusion may rest on it."""
        return self.seen and not self.fell


def listed(item: Item) -> Listed | None:
    """Return what a loaded list says of an item; None if it is on none."""
    if not item.known_list:
        return None
    return Listed(item.known_list, item.known_release, item.known_class)


def also_listed(nearest: Listed, further: Iterable[ItemMatch]) -> list[Listed]:
    """Return what else lists say of an item: each class of each list once, by its nearest match.

    Args:
        nearest: what the nearest says.
        further: the matches beside it, the nearest first (`matches.further`); those that fell say nothing.
    """
    found = {(nearest.name, nearest.value): nearest}
    for one in further:
        if one.fallen:
            continue
        bits = one.distance if one.kind in known.NEAR else None
        found.setdefault(
            (one.list, one.class_given), Listed(one.list, one.release, one.class_given, also=True, bits=bits)
        )
    return list(found.values())[1:]


def earlier(items: Sequence[Item]) -> dict[int, Earlier]:
    """Return, by item id, the conclusion about the earlier item that it repeats or is near to."""
    seen = {item.pk: item.seen_in for item in items if item.seen_in is not None}
    judged = _judged(seen.values())
    reports = Report.everywhere.filter(pk__in={first.report_id for first in seen.values()}) if seen else ()
    drawn = {report.pk: (report, found) for report in reports if (found := conclusion(report)) is not None}
    before = {}
    for item, first in seen.items():
        if first.report_id in drawn and first.pk in judged:
            report, said = drawn[first.report_id]
            row, bears = judged[first.pk]
            before[item] = Earlier(report, said, row, bears, fell=row.basis in ON_OTHERS and fell(report, first))
    return before


def decided(items: Iterable[Item]) -> dict[int, Assessment]:
    """Return, by item id, what the last conclusion says of it; items added later have none."""
    return {item: row for item, (row, _seen) in _judged(items).items()}


def class_of(row: Assessment) -> tuple[str, str]:
    """Return the scheme and class of an assessment, the baseline where it is met; ("", "") for none."""
    if row.baseline:
        return xarf.SCHEME, "baseline"
    return (row.scheme.code, row.value) if row.scheme and row.value else ("", "")


def _judged(items: Iterable[Item]) -> dict[int, tuple[Assessment, bool]]:
    """Return, by the id of the item, what the view says of it that decided, and whether more than a text is behind it.

    Of several people in one round who concluded the same, one who looked is enough, as in `resting`.
    """
    views = _views(items)
    return {pk: (row, bool(_looked(about, row)) or row.basis != Basis.TEXT) for pk, (row, about) in views.items()}


def looked_at(items: Iterable[Item]) -> dict[int, Assessment]:
    """Return, by item id, the view of a person who looked at it, if the standing conclusion is an offence.

    Only if it is known that this item itself was opened, not merely a part of several; and not for reports whose
    conclusion was retracted.
    """
    views = _views([item for item in items if item.report.actionable])
    found = {}
    for pk, (row, about) in views.items():
        alone = [one for one in _looked(about, row) if _of_that_alone(one)] if row.actionable else []
        if alone:
            found[pk] = alone[-1]
    return found


def _of_that_alone(row: Assessment) -> bool:
    """Whether a view says of each item that it is about that somebody opened it."""
    if row.extent == Extent.PART:
        return row.item_id is not None or row.report.items_total == 1
    return row.extent == Extent.WHOLE


def _views(items: Iterable[Item]) -> dict[int, tuple[Assessment, list[Assessment]]]:
    """Return, by the id of the item, the view of it that decided, and all of that round that are about it."""
    by_id = {item.pk: item for item in items}
    if not by_id:
        return {}
    rows = Assessment.everywhere.filter(report__in={item.report_id for item in by_id.values()}, undone_at__isnull=True)
    about = rows.filter(Q(item__in=by_id) | Q(item__isnull=True) | Q(final=True))
    of_report: dict[UUID, list[Assessment]] = {}
    for row in about.select_related("scheme", "report").order_by("id"):
        of_report.setdefault(row.report_id, []).append(row)
    found = {pk: _of_round(of_report.get(item.report_id, []), pk) for pk, item in by_id.items()}
    return {pk: views for pk, views in found.items() if views}


def _of_round(rows: Sequence[Assessment], item: int) -> tuple[Assessment, list[Assessment]] | None:
    last = next((row for row in reversed(rows) if row.final), None)
    if last is None:
        return None
    about = [row for row in rows if row.round == last.round and row.item_id in {item, None}]
    by = [row for row in about if (row.place, row.person_id) == (last.place, last.person_id)]
    return (by[-1], about) if by else None


def _looked(about: Iterable[Assessment], by: Assessment) -> list[Assessment]:
    """Return the views of people who looked and concluded the same as the one that decided.

    Who looked and concluded otherwise was outvoted, or did not finish: the conclusion does not rest on them.
    """
    said = (by.baseline, by.actionable, by.scheme_id, by.value)
    same = [row for row in about if (row.baseline, row.actionable, row.scheme_id, row.value) == said]
    return [row for row in same if row.basis == Basis.LOOKED]


def nothing(item: str) -> Exists:
    """Return the filter condition that the standing conclusion about an item is "no action".

    A report is acted on if any of its items is an offence; what is concluded of the others holds of them.

    Args:
        item: the column of the filtered table that names the item.
    """
    final = Assessment.of(report=OuterRef("report")).filter(final=True, undone_at__isnull=True)
    same = {name: OuterRef(name) for name in ("round", "place", "person")}
    rows = Assessment.of(item=OuterRef(item)).filter(actionable=False, undone_at__isnull=True)
    later = final.filter(id__gt=OuterRef("id")).exclude(**same)
    return Exists(rows.filter(Exists(final.filter(**same)), ~Exists(later)))


def is_nothing(item: Item) -> bool:
    """Whether the conclusion about this item is "no action", whatever was concluded about the report."""
    row = decided([item]).get(item.pk)
    return row is not None and not row.actionable


def can_rest(items: Sequence[Item]) -> frozenset[Basis]:
    """Return the bases on which a conclusion about any of these items could rest without viewing."""
    before = earlier([item for item in items if known.is_seen(item)])
    return frozenset(
        {
            Basis.TEXT,
            *(Basis.LIST for item in items if known.is_known(item) and listed(item)),
            *(Basis.EARLIER for said in before.values() if said.bears),
        }
    )


@dataclass(frozen=True)
class Ground:
    """The basis that a conclusion about one item follows: as stored in `models.Assessment`, and what it says."""

    kept: dict[str, Any]
    said: Said


def grounds_of(basis: Basis, items: Sequence[Item], scheme: Scheme | None) -> dict[int, Ground | None]:
    """Return the basis of a conclusion about each item, by its number; None where there is none.

    Args:
        basis: what the person said: a list, or an earlier conclusion.
        items: all that the conclusion is about.
        scheme: of the desk, in whose words a class is given.
    """
    if basis is Basis.LIST:
        return {item.number: _of_list(item, scheme) for item in items}
    before = earlier([item for item in items if known.is_seen(item)])
    return {item.number: _of_earlier(before.get(item.pk), scheme) for item in items}


def _of_list(item: Item, scheme: Scheme | None) -> Ground | None:
    said = listed(item) if known.is_known(item) else None
    if said is None:
        return None
    values = {f"{scheme.code} {value['code']}": value for value in scheme.values} if scheme else {}
    value = values.get(said.value, {"code": "", "actionable": None})
    baseline = LISTED_BASELINE.get(said.value.casefold())
    kept = {"list": said.name, "release": said.release, "class": said.value}
    return Ground(kept, Said(baseline, value["actionable"], value["code"]))


def _of_earlier(before: Earlier | None, scheme: Scheme | None) -> Ground | None:
    if before is None or not before.bears:
        return None
    row = before.row
    same = scheme is not None and row.scheme is not None and row.scheme.code == scheme.code
    kept = {"report": before.report.code, "at": before.conclusion.at.isoformat()}
    return Ground(kept, Said(row.baseline, row.actionable, row.value if same else ""))


def grounds_of_station(
    answers: Mapping[int, StationAnswer], items: Sequence[Item], scheme: Scheme | None
) -> dict[int, Ground | None]:
    """Return what a viewing station saw of each item, by its number; None where nobody looked there.

    Args:
        answers: by item number, which a person follows.
        items: all that the conclusion is about.
        scheme: of the desk; a class of another scheme, or of another version, is no class of its own.
    """
    return {item.number: _of_station(answers.get(item.number), item, scheme) for item in items}


def _of_station(answer: StationAnswer | None, item: Item, scheme: Scheme | None) -> Ground | None:
    if answer is None or answer.packed.item_id != item.pk or answer.looked == "nothing":
        return None
    package = answer.packed.package
    same = scheme is not None and package.scheme_id == scheme.pk
    kept = {
        "station": package.station.name,
        "licence": f"{package.terms.authority}, {package.terms.number}",
        "package": package.code,
        "looked": answer.looked,
        "at": timezone.localdate(answer.at).isoformat(),
    }
    return Ground(kept, Said(answer.baseline, None, answer.value if same else ""))


def once(grounds: Iterable[Ground]) -> list[dict[str, Any]]:
    """Return the distinct bases of several conclusions, as stored in `models.Assessment`."""
    return [dict(pairs) for pairs in dict.fromkeys(tuple(ground.kept.items()) for ground in grounds)]


@dataclass(frozen=True)
class Resting:
    """The basis of the conclusion about one item, for anything that leaves the node.

    Attributes:
        basis: see `rules.assessments.Basis`.
        rests_on: as `models.Assessment` keeps it.
        alone: a person looked at this item, and not only at a part of several.
        at: when it was concluded.
    """

    basis: Basis
    rests_on: list[dict[str, Any]]
    alone: bool
    at: datetime


ON_OTHERS = frozenset({Basis.LIST.value, Basis.EARLIER.value})
"""Bases of a conclusion by which nobody looked at the file, and that fall with what they rest on."""


def fell(report: Report, item: Item | None) -> bool:
    """Whether the conclusion about an item rests on lists of which no match stands any more (`casework.standing`).

    Also by way of an earlier conclusion, and that one's. What was taken back meanwhile bears nothing that it did not
    bear before: an earlier conclusion about which nothing stands is judged by what it last rested on.
    """
    found = resting(report, item)
    if item is None or found is None:
        return False
    passed = {item.pk}
    while found.basis is Basis.EARLIER:
        item = item.seen_in
        found = _rested(item.report, item) if item is not None and item.pk not in passed else None
        if item is None or found is None:
            return False
        passed.add(item.pk)
    return found.basis is Basis.LIST and _fell(item, found)


def _fell(item: Item, found: Resting) -> bool:
    """Whether no match of an item with the lists stands on which the conclusion about it rests."""
    rows = ItemMatch.of(item=item).filter(list__in=[one["list"] for one in found.rests_on])
    stands = {not code for code in rows.values_list("fallen", flat=True)}
    return stands == {False} or (not stands and bool(item.known_fallen))


def resting(report: Report, item: Item | None) -> Resting | None:
    """Return the basis of the standing conclusion about an item; None without a conclusion.

    If several people in one round concluded the same, one who looked suffices: a trained person looked.
    """
    return _resting(list(Assessment.of(report=report).filter(undone_at__isnull=True).order_by("-id")), item)


def _rested(report: Report, item: Item) -> Resting | None:
    """Return the basis of the standing conclusion about an item, or of the last one where none stands."""
    return resting(report, item) or _resting(list(Assessment.of(report=report).order_by("-id")), item)


def _resting(views: Sequence[Assessment], item: Item | None) -> Resting | None:
    """Return the basis of the last conclusion among views, the latest first; None without one."""
    final = next((row for row in views if row.final), None)
    if final is None:
        return None
    ids = {item.pk if item else None, None}
    about = [row for row in views if row.round == final.round and row.item_id in ids]
    by = next((row for row in about if (row.place, row.person_id) == (final.place, final.person_id)), None)
    if by is None:
        return None
    looked = _looked(about, by)
    row = next(iter(looked), by)
    alone = any(one.extent != SOME for one in looked)
    return Resting(Basis(row.basis), row.rests_on, alone=alone, at=row.at)
