"""A search finds exactly what looking at every identifier finds; other organisations learn nothing by it."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tests.node.cases.factories import make_case
from tests.node.external.worlds import WHY, Desk
from tests.node.factories import make_key, sign_in
from tests.node.victims.factories import make_series

from vaern.node.base.scope import viewing
from vaern.node.cases.models import Case
from vaern.node.cases.work import merges
from vaern.node.casework.models import Release
from vaern.node.casework.releases.terms import Handling
from vaern.node.external import actions, queries
from vaern.node.external.models import ExternalIdentifier
from vaern.node.external.rules import goes, normal
from vaern.node.external.sealed_values import opened
from vaern.node.organisations.rules import Permission
from vaern.node.reports.models import Report
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

MODELS: dict[str, Any] = {"report": Report, "series": Series, "case": Case}
WRITTEN = ["17", "1-7", "1 7", "17a", "A\N{EN DASH}17", "a17", "7", "DK 17"]
ASKED = [*WRITTEN, "A17", "dk-17", "1", "nothing", "", " - "]


def brute(desk: Desk, kind: str, text: str) -> set[Any]:
    """Return what carries this value and the desk may know of, by looking at every identifier there is."""
    found = set()
    for row in ExternalIdentifier.everywhere.filter(kind=kind):
        own = row.organisation_id == desk.organisation.id
        given = [
            one for one in Release.valid() if one.record == row.record and one.recipient_id == desk.organisation.id
        ]
        sees = own or any(goes(row.along, one.handling) for one in given)
        if sees and row.withdrawn_at is None and normal(text) and normal(opened(row).value) == normal(text):
            found.add(row.record)
    return found


@pytest.mark.once
def test_a_search_finds_exactly_what_brute_force_finds() -> None:
    draw, desks = random.Random(7), [Desk(), Desk()]
    for desk in desks:
        records = [one for _round in range(2) for one in desk.records().values()]
        for record in records:
            for value in {normal(one): one for one in draw.sample(WRITTEN, 3)}.values():
                made = desk.add(record, value, "other", along=draw.choice(["", "red", "amber", "green"]))
                if draw.random() < 0.2:
                    desk.do(actions.withdraw, record, made.pk, "a slip")
            if draw.random() < 0.7:
                to = desks[1 - desks.index(desk)]
                desk.release(record, to, draw.choice(list(Handling)))
    some = 0
    for desk in desks:
        with viewing(desk.organisation.id):
            for kind, model in MODELS.items():
                for text in ASKED:
                    expected = brute(desk, kind, text)
                    condition = queries.matching(desk.lead, kind, text)
                    assert set(model.everywhere.filter(condition).values_list("pk", flat=True)) == expected
                    assert queries.roots(desk.lead, kind, text) == expected
                    some += bool(expected)
    assert some > 10


def test_a_released_record_shows_those_that_go_along_and_those_of_what_it_absorbed() -> None:
    desk, other = Desk(), Desk()
    case, younger = make_case(desk.lead), make_case(desk.lead)
    desk.add(case, "100", along="amber")
    desk.add(case, "200", along="red")
    desk.add(younger, "300", along="amber")
    with viewing(desk.organisation.id):
        merges.merge(desk.lead, WHY, younger, case, version=Case.everywhere.get(pk=younger.pk).version)
    desk.release(case, other, Handling.AMBER)
    with viewing(other.organisation.id):
        found = queries.lines(other.lead, case)
        assert [one.written.value for one in found] == ["100", "300"]
        assert not any(one.history or one.others for one in found)
        assert queries.roots(other.lead, "case", "300") == {case.pk, younger.pk}
        assert queries.roots(other.lead, "case", "200") == set()
    with viewing(desk.organisation.id):
        assert [one.written.value for one in queries.lines(desk.lead, case)] == ["100", "200", "300"]


def test_the_same_identifier_on_two_records_is_said_on_both_and_of_no_other_organisation() -> None:
    desk, other = Desk(), Desk()
    mine, theirs = desk.records(), other.records()
    desk.add(mine["report"], "55 1")
    desk.add(mine["case"], "55-1")
    desk.add(mine["case"], "other number")
    gone = desk.add(mine["series"], "551")
    other.add(theirs["report"], "551")
    desk.do(actions.withdraw, mine["series"], gone.pk, "not ours")
    with viewing(desk.organisation.id):

        def others(kind: str) -> list[list[Any]]:
            return [[one.id for one in line.others] for line in queries.lines(desk.lead, mine[kind])]

        assert others("report") == [[mine["case"].pk]]
        assert others("case") == [[mine["report"].pk], []]
        assert others("series") == [[]]
        for kind, model in MODELS.items():
            had = kind != "series"
            for which in ("any", "shared"):
                found = model.everywhere.filter(queries.having(desk.lead, kind, which))
                assert list(found) == ([mine[kind]] if had else [])
            assert bool(queries.shared(desk.lead, kind, [mine[kind].pk])) == had
    with viewing(other.organisation.id):
        assert not list(Report.everywhere.filter(queries.having(other.lead, "report", "shared")))
        assert queries.shared(other.lead, "report", [theirs["report"].pk]) == {}


@pytest.mark.once
def test_a_list_answers_for_an_identifier_of_another_as_for_none_byte_for_byte(client: Client) -> None:
    desk, other = Desk(), Desk()
    for record in other.records().values():
        other.add(record, "4711", along="green")
    for record in other.records().values():
        other.add(record, "4711", along="red")
        other.release(record, desk, Handling.AMBER)  # the record is seen, and its number stayed
    sign_in(client, desk.identifier.person)
    lists = ("reports:worklist", "victims:series-list", "cases:cases")
    for name, whose in product(lists, ("", "released")):
        pages = []
        for value in ("4711", "4712"):
            answer = client.get(reverse(name), {"q": value, "whose": whose})
            assert answer.status_code == 200
            nonce = answer.headers["Content-Security-Policy"]
            pages.append((sorted(answer.headers), len(nonce), plain(answer.content.decode(), value)))
        assert pages[0] == pages[1]


def plain(page: str, value: str) -> str:
    """Return a page without what was asked for, and what is drawn at random."""
    import re

    return re.sub(r'(nonce|csrfmiddlewaretoken|value)="[^"]{20,}"', "", page.replace(value, "?"))


@pytest.mark.once
def test_lists_find_by_an_identifier_and_say_where_else_it_stands(client: Client) -> None:
    desk = Desk()
    records = desk.records()
    for record in records.values():
        desk.add(record, "ICSE 00-42")
    sign_in(client, desk.identifier.person)
    names = {"report": "reports:worklist", "series": "victims:series-list", "case": "cases:cases"}
    for kind, name in names.items():
        found = client.get(reverse(name), {"q": "icse0042"}).content.decode()
        assert records[kind].code in found
        assert "Number also on" in found
        assert records[kind].code not in client.get(reverse(name), {"q": "icse004"}).content.decode()
        for which in ("any", "shared"):
            assert records[kind].code in client.get(reverse(name), {"number": which}).content.decode()
    make_series(desk.organisation)


def test_a_program_finds_its_own_records_and_learns_nothing_of_others(client: Client) -> None:
    desk, other = Desk(), Desk()
    records = desk.records()
    desk.add(records["report"], "88 00")
    desk.add(records["report"], "second")
    for record in other.records().values():
        other.add(record, "9900", along="green")
        other.release(record, desk, Handling.GREEN)
    _key, secret = make_key(desk.identifier.person, Permission.REPORT_EXPORT, Permission.SERIES_VIEW)
    headers = {"Authorization": f"Bearer {secret}", "Vaern-Reason": "investigation"}

    def ask(kind: str, **query: str) -> Any:
        return client.get(f"/api/{kind}/identified", query, headers=headers)

    answer = ask("reports", value="8800")
    assert answer.status_code == 200
    (found,) = answer.json()["items"]
    assert found["code"] == records["report"].code
    assert [one["value"] for one in found["identifiers"]] == ["88 00", "second"]
    assert ask("reports", value="8800", system="siena").json() == {"items": []}
    for kind in ("reports", "series"):
        assert ask(kind, value="9900").content == ask(kind, value="9901").content == b'{"items": []}'
    assert ask("reports", value="").status_code == 422
    assert ask("reports", value="1", system="guess").status_code == 422
