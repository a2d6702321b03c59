"""Which reports name the same account, address or device: as reading every earlier report by hand would say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.arrivals import Account, Arrival, File, IpEvent, Location, Read
from vaern.node.base.scope import viewing
from vaern.node.casework.retention.actions import erase_now
from vaern.node.crosscheck.base.keys import key_of
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.reports.arrival.actions import anonymous, receive, receive_document
from vaern.node.reports.base import originals, ties
from vaern.node.reports.desk import queries
from vaern.node.reports.desk.listing import table
from vaern.node.reports.desk.same import same_part
from vaern.node.reports.desk.search import Search
from vaern.node.reports.ending import acts
from vaern.node.reports.models import Report, Tie
from vaern.node.reports.rules import ties as tying

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

WHY = Reason(Why.INVESTIGATION)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_number = count(1)


def suspect(**fields: Any) -> Account:
    return Account("suspect", **fields)


def seen(ip: str, hours: float | None = 0, port: int | None = 4_000, **fields: Any) -> Account:
    at = None if hours is None else AT + timedelta(hours=hours)
    return suspect(ip_events=(IpEvent(ip, port, at, **fields),))


def arrive(desk: Organisation, *accounts: Account, places: tuple[Location, ...] = (), **fields: Any) -> Report:
    given = {"document": "api", "narrative": f"Words {next(_number)}", **fields}
    report, _made = receive(anonymous(desk), WHY, desk, Arrival(accounts=accounts, locations=places, **given))
    return Report.everywhere.get(pk=report.pk)


def tied(*accounts: Account, places: tuple[Location, ...] = (), **fields: Any) -> dict[str, bool]:
    """What is compared of an arrival: values with whether they are weak."""
    found = tying.tied(Arrival("api", accounts=accounts, locations=places, **fields))
    return {f"{one.kind} {one.value}": one.weak for one in found}


def meet(one: Account, other: Account) -> str:
    """How two accounts meet: strong, weak, or not at all."""
    mine, theirs = tied(one), tied(other)
    shared = [mine[value] or theirs[value] for value in mine.keys() & theirs.keys()]
    return "" if not shared else "weak" if all(shared) else "strong"


MEETINGS = {
    "an account in two spellings": (
        suspect(service="Chat.example", identifier="@Blue_Kite"),
        suspect(service="https://www.chat.example/", screen_name="blue_kite"),
        "strong",
    ),
    "the same name on another service": (
        suspect(service="chat.example", identifier="blue"),
        suspect(service="game.example", identifier="blue"),
        "",
    ),
    "a name without a service": (suspect(identifier="blue"), suspect(identifier="blue"), ""),
    "mail in two spellings": (
        suspect(emails=("A.B@Bücher.example",)),
        suspect(emails=("a.b@xn--bcher-kva.example",)),
        "strong",
    ),
    "mail with something behind a plus": (suspect(emails=("a+1@m.example",)), suspect(emails=("a@m.example",)), ""),
    "a box of a service": (suspect(emails=("NoReply@m.example",)), suspect(emails=("noreply@m.example",)), ""),
    "a telephone in two spellings": (
        suspect(phones=("+45 32 12 34 56",)),
        suspect(phones=("0045 32123456",)),
        "strong",
    ),
    "a telephone without its country": (suspect(phones=("32123456",)), suspect(phones=("32123456",)), ""),
    "a device": (
        suspect(devices=("IMEI: 49 0154 20 3237518",)),
        suspect(devices=("imei: 49 0154 20 3237518",)),
        "strong",
    ),
    "an unknown device": (suspect(devices=("IMEI: 000000000",)), suspect(devices=("IMEI: 000000000",)), ""),
    "an address within a day": (seen("192.0.2.7"), seen("192.0.2.7", 23), "strong"),
    "an address days apart": (seen("192.0.2.7"), seen("192.0.2.7", 24 * 4), "weak"),
    "an address without a time": (seen("192.0.2.7"), seen("192.0.2.7", None), "weak"),
    "an address without a port": (seen("192.0.2.7"), seen("192.0.2.7", 1, None), "weak"),
    "a proxy": (seen("192.0.2.7"), seen("192.0.2.7", 1, proxy=True), "weak"),
    "two addresses": (seen("192.0.2.7"), seen("192.0.2.8"), ""),
    "IPv6 in two spellings": (seen("2001:DB8::7", port=None), seen("2001:db8:0:0::7", 1, None), "strong"),
    "IPv6 of one connection": (seen("2001:db8::7"), seen("2001:db8::ffff:1", 1), "strong"),
    "IPv6 of two connections": (seen("2001:db8::7"), seen("2001:db8:0:1::7", 1), ""),
    "one's own machine": (seen("127.0.0.1"), seen("127.0.0.1"), ""),
    "a house's own network": (seen("192.168.1.2"), seen("192.168.1.2"), ""),
    "carrier-grade NAT": (seen("100.64.3.4"), seen("100.64.3.4"), ""),
    "whoever reports": (Account("reporter", emails=("a@m.example",)), suspect(emails=("a@m.example",)), ""),
}


@pytest.mark.parametrize(("one", "other", "expected"), MEETINGS.values(), ids=MEETINGS)
def test_two_spellings_meet_and_nothing_is_guessed(one: Account, other: Account, expected: str) -> None:
    assert meet(one, other) == meet(other, one) == expected


def test_places_and_files_name_people_too_and_rooms_do_not() -> None:
    places = (
        Location(service="Chatterling", account="blue"),
        Location(service="e-mail", account="a@m.example", medium="email"),
        Location(service="telephone", account="+4532123456", medium="telephone"),
        Location(service="Chatterling", account="a room", medium="chat"),
        Location(url="https://host.example/x", account="kite"),
    )
    file = File(ip_events=(IpEvent("192.0.2.7", 1, AT),), devices=("IMEI: 490154203237518",))
    found = {value.split("|")[0] for value in tied(places=places, files=(file,))}
    assert found == {
        "account chatterling",
        "account host.example",
        "email a@m.example",
        "phone +4532123456",
        "address 192.0.2.7",
        "device imei: 490154203237518",
    }


def test_of_very_many_the_strong_ones_are_compared() -> None:
    crowd = suspect(ip_events=tuple(IpEvent(f"192.0.2.{n % 256}") for n in range(300)), emails=("a@m.example",))
    found = tying.tied(Arrival("api", accounts=(crowd,)))
    assert len(found) == tying.MOST
    assert found[0].kind == "email"


POOL = (
    suspect(service="chat.example", identifier="blue"),
    suspect(emails=("a@m.example",)),
    suspect(emails=("A@M.example",)),
    suspect(phones=("+4532123456",)),
    seen("192.0.2.7"),
    seen("192.0.2.7", None),
    seen("2001:db8::7"),
)


@pytest.mark.django_db
@settings(max_examples=12)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, len(POOL) - 1), max_size=3)), max_size=9))
def test_the_earliest_that_names_the_same_is_what_reading_all_by_hand_finds(given_reports: Any) -> None:
    common, ties.COMMON = ties.COMMON, 3
    try:
        desks = {own: make_organisation(OrganisationKind.HOTLINE) for own in (True, False)}
        before: dict[bool, list[tuple[Report, dict[str, bool]]]] = {True: [], False: []}
        for own, chosen in given_reports:
            accounts = [POOL[number] for number in sorted(chosen)]
            mine, report = tied(*accounts), arrive(desks[own], *accounts)
            hits = []
            for value in mine:
                holders = [(other, theirs) for other, theirs in before[own] if value in theirs]
                strong = [other.pk for other, theirs in holders if not theirs[value] and not mine[value]]
                if strong and len(holders) < ties.COMMON:
                    hits.append((tying.KINDS.index(value.split(" ")[0]), strong[0]))
            strongest = min((order for order, _ in hits), default=None)
            expected = {pk for order, pk in hits if order == strongest}
            assert report.same_as_id in (expected or {None})
            said = [line["points"] > 0 for line in report.priority_lines if line["code"] == "same_person"]
            assert said == [bool(expected)]
            before[own].append((report, mine))
    finally:
        ties.COMMON = common


@pytest.fixture
def desk(db: None) -> Organisation:
    return make_organisation(OrganisationKind.HOTLINE)


BLUE = suspect(service="chat.example", identifier="blue")


def part_of(report: Report, role: str = "analyst") -> dict[str, Any] | None:
    viewer = viewer_for(make_person(role, report.organisation))
    with viewing(report.organisation_id):
        part = same_part(viewer, report, WHY)
    return dict(part.context) if part else None


def test_the_page_lists_earlier_and_later_ones_with_what_they_share(desk: Organisation) -> None:
    first, second = arrive(desk, BLUE), arrive(desk, BLUE, seen("192.0.2.7"))
    third = arrive(desk, seen("192.0.2.7", None))
    context = part_of(second)
    assert context is not None
    listed = {one["code"]: one for one in context["others"]}
    assert set(listed) == {first.code, third.code}
    assert listed[first.code]["strong"] == ["Account blue"]
    assert (listed[third.code]["strong"], listed[third.code]["weak"]) == ([], ["Network address 192.0.2.7"])
    assert str(first.pk) in listed[first.code]["url"]
    assert part_of(arrive(desk, suspect(emails=("nobody@m.example",)))) is None


def test_another_organisation_is_never_met(desk: Organisation) -> None:
    other = make_organisation(OrganisationKind.HOTLINE)
    arrive(desk, BLUE)
    theirs = arrive(other, BLUE)
    assert theirs.same_as_id is None
    assert part_of(theirs) is None
    viewer = viewer_for(make_person("analyst", desk))
    with viewing(desk.pk):
        assert same_part(viewer, theirs, WHY) is None, "of what was released to it, it is not said either"


def test_what_everybody_names_ties_nothing_and_says_so(desk: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ties, "COMMON", 3)
    reports = [arrive(desk, BLUE) for _ in range(5)]
    assert [report.same_as_id for report in reports] == [None, reports[0].pk, reports[0].pk, None, None]
    assert ties.shown(reports) == {}, "those that met before it was common"
    context = part_of(reports[0])
    assert context is not None
    assert (context["others"], context["common"]) == ([], ["Account blue"])


def test_when_the_other_is_erased_the_link_goes_to_the_next_or_goes(desk: Organisation) -> None:
    first, second, third = (arrive(desk, BLUE) for _ in range(3))
    assert third.same_as_id == first.pk
    erase_now(first, acts.EXPIRED, NODE, WHY)
    third.refresh_from_db()
    second.refresh_from_db()
    assert (second.same_as_id, third.same_as_id) == (None, second.pk)
    erase_now(second, acts.EXPIRED, NODE, WHY)
    third.refresh_from_db()
    assert third.same_as_id is None
    assert part_of(third) is None
    assert set(Tie.everywhere.values_list("report_id", flat=True)) == {third.pk}


def test_nothing_of_what_is_compared_stands_in_the_table(desk: Organisation) -> None:
    arrive(desk, BLUE, suspect(emails=("a@m.example",)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT reports_tie::text FROM reports_tie")
        rows = "".join(row[0] for row in cursor.fetchall())
    assert "blue" not in rows
    assert b"m.example".hex() not in rows
    assert Tie.everywhere.count() == 2
    compared = {key_of("account", "chat.example|blue").digest, key_of("email", "a@m.example").digest}
    assert not compared & {bytes(digest) for digest in Tie.everywhere.values_list("digest", flat=True)}


def list_of(desk: Organisation, **search: Any) -> Any:
    viewer = viewer_for(make_person("analyst", desk))
    with viewing(desk.pk):
        return viewer, queries.worklist(viewer, Search(**search), {})


def test_the_list_says_it_filters_by_it_and_asks_once_for_all(desk: Organisation) -> None:
    first = arrive(desk, BLUE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        list_of(desk)
    later = [arrive(desk, BLUE) for _ in range(8)]
    with CaptureQueriesContext(connection) as many:
        viewer, found = list_of(desk)
    assert len(many) - len(few) <= 1
    with viewing(viewer.organisation.id):
        cells = {
            row.id: re.findall("Same account as [0-9A-Z]+", row.cells[1]) for row in table(viewer, Search(), found).rows
        }
    assert cells.pop(str(first.pk)) == []
    assert cells == {str(report.pk): [f"Same account as {first.code}"] for report in later}
    assert {report.pk for report in list_of(desk, same="yes")[1].page.rows} == {report.pk for report in later}


def test_what_its_sender_adds_is_compared_too(desk: Organisation) -> None:
    platform = make_organisation(OrganisationKind.PLATFORM)
    viewer = viewer_for(make_person("moderator", platform))

    def send(*accounts: Account) -> Report:
        arrival = Arrival("cybertipline", reference="r1", narrative="Words", accounts=accounts)
        sent = originals.Sent("text/xml", str(accounts).encode())
        with viewing(desk.pk):
            found = receive_document(viewer, WHY, desk, Read(arrival), sent, sender=platform)
        return Report.everywhere.get(pk=found.report.pk)

    first = arrive(desk, BLUE)
    assert send().same_as_id is None
    assert send(BLUE).same_as_id == first.pk
