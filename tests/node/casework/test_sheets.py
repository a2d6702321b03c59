"""The page of a record of every kind: found or not alike, recorded once a look, its parts in order and in one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.http import Http404
from django.urls import reverse
from tests.node.casework.test_recalls import somebody
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.route_arguments import WALK, make_side, release_to
from tests.node.test_walk import shape

from vaern.node.base.scope import viewing
from vaern.node.casework import sheets
from vaern.node.casework.reasons import FOUND, IN_SESSION
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Verb, Why
from vaern.node.reports.models import Report
from vaern.node.scans import queries as scans
from vaern.node.scans.models import Scan
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client
    from tests.node.route_arguments import Side

    from vaern.node.casework.models import Casework
    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db

WHY = Reason(Why.INVESTIGATION)
PAGES = {
    "scans:scan": "scan",
    "reports:report": "report",
    "victims:series": "series",
    "cases:case": "case",
    "cases:request": "assistance_request",
    "cases:incoming-request": "incoming_request",
    "victims:wish": "wish",
}
"""The page of each kind of record, and how the ledger calls the kind."""

PARTS = {
    "report": [
        (1, "victims.wishes", ""),
        (5, "reports.ending", ""),
        (18, "external", "external"),
        (19, "reports.assessment", "station"),
        (20, "reports.desk", ""),
        (20, "reports.assessment", ""),
        (30, "reports.public", ""),
        (30, "reports.takedown", "pursuit"),
        (40, "reports.takedown", ""),
        (60, "crosscheck.registry", ""),
        (60, "reports.submission", ""),
        (60, "victims.grouping", ""),
        (65, "cases.work", ""),
        (70, "reports.forwarding", ""),
    ],
    "series": [
        (5, "external", "external"),
        (10, "victims.clues", "clues"),
        (15, "victims.grouping", "grouping"),
        (20, "victims.sharing", "sharing"),
        (40, "victims.appeals", "appeals"),
    ],
    "case": [
        (45, "external", "external"),
        (50, "cases.evidence", ""),
        (60, "cases.assistance", ""),
        (75, "cases.outcomes", ""),
    ],
    "list": [
        (5, "lists.sources", ""),
        (10, "lists.intake", ""),
        (15, "lists.subsets", ""),
        (20, "lists.signing", ""),
        (25, "lists.subscribers", ""),
    ],
    "list_subset": [(20, "lists.signing", ""), (25, "lists.subscribers", "")],
}
"""Which rooms add a part to the page of a kind of record: the order, the room, the anchor."""


@pytest.fixture
def desk() -> Organisation:
    return make_organisation("police")


@pytest.fixture
def side(desk: Organisation) -> Side:
    return make_side(desk, make_organisation("hub"))


def reader(organisation: Organisation) -> Client:
    """Somebody with every role, who has said why they open whatever they open."""
    client = somebody(organisation)
    client.raise_request_exception = False
    return client


def told(client: Client, kind: str, record: UUID) -> None:
    """Say why a record is opened."""
    session = client.session
    session[IN_SESSION] = {**session.get(IN_SESSION, {}), f"{kind}:{record}": ["investigation", ""]}
    session.save()


def looks(kind: str, record: UUID) -> int:
    found = Entry.objects.filter(
        kind=kind, subject=record, verb=Verb.CONSULTATION.value, act__endswith=f"{OPENED[kind]}.consulted"
    )
    return found.count()


OPENED = {
    kind: {"assistance_request": "assistance", "incoming_request": "incoming"}.get(kind, kind)
    for kind in PAGES.values()
}
"""How the act of opening a kind of record is called."""


@pytest.mark.once
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_why_and_then_each_look_is_recorded_exactly_once(page: str, desk: Organisation, side: Side) -> None:
    client, kind = reader(desk), PAGES[page]
    address, record = WALK[page].address(page, side), WALK[page].arguments(side)["id"]
    asked = client.get(f"{address}?{FOUND}=1")  # what waits for its reader has a usual reason; what was searched, none
    assert ("why" in asked.content.decode(), looks(kind, record)) == (True, 0), "what was not shown is not recorded"
    told(client, kind, record)
    for number in (1, 2):
        assert client.get(address).status_code == 200
        assert looks(kind, record) == number


@pytest.mark.once
@pytest.mark.parametrize("page", PAGES)
def test_anothers_record_and_none_at_all_are_one_answer(page: str, side: Side) -> None:
    client, kind = reader(make_organisation("police")), PAGES[page]
    record = WALK[page].arguments(side)["id"]
    told(client, kind, record)
    theirs, none = client.get(reverse(page, args=[record])), client.get(reverse(page, args=[uuid4()]))
    assert theirs.status_code == none.status_code == 404
    assert shape(theirs) == shape(none)
    assert not looks(kind, record)


def test_found_and_own_answer_alike_for_anothers_and_for_none(side: Side) -> None:
    other = make_organisation("police")
    records: tuple[tuple[type[Casework], UUID], ...] = ((Scan, side.scan), (Report, side.report), (Series, side.series))
    for model, there in records:
        for found in (sheets.found_or_404, sheets.own_or_404):
            for wanted in (there, uuid4()):
                with viewing(other.pk), pytest.raises(Http404) as refused:
                    found(model, wanted)
                assert refused.value.args == (), "nothing is said that tells the two apart"


def test_who_was_released_a_record_finds_it_and_does_not_own_it(side: Side, desk: Organisation) -> None:
    other = make_organisation("police")
    release_to(Scan.everywhere.get(pk=side.scan), other)
    with viewing(other.pk):
        assert sheets.found_or_404(Scan, side.scan).pk == side.scan
        with pytest.raises(Http404):
            sheets.own_or_404(Scan, side.scan)
    with viewing(desk.pk):
        assert sheets.own_or_404(Scan, side.scan).pk == side.scan


@pytest.mark.once
def test_a_recall_takes_effect_at_once(side: Side, desk: Organisation) -> None:
    other = make_organisation("police")
    scan = Scan.everywhere.get(pk=side.scan)
    release_to(scan, other)
    client, address = reader(other), reverse("scans:scan", args=[scan.pk])
    told(client, "scan", scan.pk)
    shown = client.get(address)
    assert shown.context["sight"] is not None
    assert shown.context["history"] is None, "what was done to it is its owner's"
    viewer = viewer_for(make_person("investigator", other))
    with viewing(other.pk):
        found = sheets.found_or_404(Scan, scan.pk)
        recall(scan, desk, other)
        read = scans.sheet(viewer, found, WHY)
    assert (read.sight, read.lists, read.history) == (None, [], []), "in the middle of a request too"
    assert client.get(address).status_code == 404


def recall(scan: Scan, owner: Organisation, recipient: Organisation) -> None:
    by = viewer_for(make_person("investigator", owner))
    with viewing(owner.pk):
        releases.recall(by, scan, recipient.pk, WHY)


# Parts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PARTS)
def test_the_parts_of_a_page_stand_in_this_order(kind: str) -> None:
    found = [(one.order, room(one.part.__module__), one.id) for one in sheets.places_of(kind)]  # type: ignore[attr-defined]
    assert found == PARTS[kind]
    named = [one.id for one in sheets.places_of(kind) if one.id]
    assert len(set(named)) == len(named), "an anchor leads to one part"


def room(module: str) -> str:
    return module.removeprefix("vaern.node.").rpartition(".")[0]


def test_no_other_kind_of_record_has_parts() -> None:
    assert sheets._PLACES.keys() == PARTS.keys()


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[sheets.Place]]:
    empty: dict[str, list[sheets.Place]] = {}
    monkeypatch.setattr(sheets, "_PLACES", empty)
    return empty


def part(name: str) -> Any:
    def shown(_viewer: Any, _record: Any, _reason: Any) -> sheets.SheetPart | None:
        return sheets.SheetPart(name, "casework/sheet/parts.html", {}) if name else None

    return shown


def test_parts_come_by_their_order_and_those_of_one_order_as_they_were_registered(
    places: dict[str, list[sheets.Place]], side: Side, desk: Organisation
) -> None:
    scan, viewer = Scan.everywhere.get(pk=side.scan), viewer_for(make_person("investigator", desk))
    for order, name, anchor in ((20, "c", ""), (10, "a", "first"), (20, "d", ""), (10, "b", ""), (15, "", "")):
        sheets.register_part("scan", order, part(name), anchor)
    sheets.register_part("report", 1, part("of another kind"))
    found = sheets.parts_for(viewer, scan, WHY)
    assert [(one.title, one.id) for one in found] == [("a", "first"), ("b", ""), ("c", ""), ("d", "")]
    again = places["scan"][0].part
    sheets.register_part("scan", 99, again)
    assert len(sheets.places_of("scan")) == 5, "registered once, whatever starts it again"


@pytest.mark.once
def test_parts_and_what_the_ledger_says_of_them_stand_or_fall_together(
    places: dict[str, list[sheets.Place]], side: Side, desk: Organisation
) -> None:
    client, address = reader(desk), reverse("reports:report", args=[side.report])
    told(client, "report", side.report)

    def fails(viewer: Any, record: Any, reason: Any) -> sheets.SheetPart | None:
        raise LookupError("made up")

    sheets.register_part("report", 1, fails)
    assert client.get(address).status_code == 500
    assert looks("report", side.report) == 0, "nothing was shown, and nothing is said to have been"
    places.clear()
    assert client.get(address).status_code == 200
    assert looks("report", side.report) == 1
