"""A case from its opening to its end: what is added, corrected, merged, silent, and what nobody else sees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.cases.factories import WHY, email, fresh, furnish, inside, make_case
from tests.node.factories import make_organisation, make_person, terms, viewer_for
from tests.node.reports.forwarding.worlds import OrganisationKind, arrive, desk, send

from vaern.arrivals import Account, IpEvent
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.base.scope import viewing
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.models import Case, Held, Link, Party, Said, Statement
from vaern.node.cases.outcomes import actions as outcomes
from vaern.node.cases.rules import people
from vaern.node.cases.rules.case import OPEN, TRANSITIONS, Event, State, Who
from vaern.node.cases.rules.gradings import Credibility, Nature, Source
from vaern.node.cases.rules.people import CATEGORIES, Category
from vaern.node.cases.work import (
    actions,
    filters,
    forms,
    identifiers,
    items,
    links,
    merges,
    presenters,
    queries,
    statements,
)
from vaern.node.cases.work.retention import RETENTION, erase_people
from vaern.node.cases.work.sheet import sheet
from vaern.node.casework import sheets
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Permission, Role
from vaern.node.reports.models import Report
from vaern.node.reports.rules.outcomes import Outcome

pytestmark = pytest.mark.django_db
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


# Pure rules ----------------------------------------------------------------------------------------------------------


def test_every_state_can_be_reached_left_or_is_an_end_and_who_may_is_a_permission():
    reached = {State.ARRIVED, State.OPENED} | {step.after for step in TRANSITIONS.values()}
    assert reached == set(State)
    assert {Who.WORKER, Who.RELEASER, Who.ERASER} <= set(Permission)
    for state in OPEN:
        assert TRANSITIONS[state, Event.EDIT].after is state
    for state in set(State) - OPEN:
        assert (state, Event.EDIT) not in TRANSITIONS, "what is closed, merged or handed over stands still"


@given(st.sampled_from(Category), DAYS, DAYS)
def test_no_reference_is_kept_longer_than_its_case(category, since, until):
    assert people.kept_until(category, since, until) <= until


@given(st.sampled_from(Category), st.sets(st.sampled_from(Permission)))
def test_a_category_decides_who_sees_a_reference(category, permissions):
    assert people.sees(category, permissions) == bool(CATEGORIES[category].seen_by & permissions)
    if Permission.CASE_WORK not in permissions:
        assert not people.sees(Category.WITNESS, permissions)


@given(st.text(max_size=80))
def test_no_name_passes_for_a_reference_and_one_form_is_one(text):
    try:
        one = people.reference_of(text)
    except ValueError:
        return
    assert people.reference_of(one) == one
    assert sum(c.isdigit() for c in one) >= 2


@pytest.mark.parametrize("name", ["Anna Hansen", "ANNAHANSEN", "Anna-1", "Hansen99", "A1"])
def test_names_are_no_references(name):
    with pytest.raises(ValueError, match="That"):
        people.reference_of(name)


# Opening, adding -----------------------------------------------------------------------------------------------------


def test_a_case_from_a_report_takes_over_suspects_and_nobody_else(police):
    accounts = (
        Account(
            "suspect",
            service="chat.example",
            identifier="@Somebody",
            emails=("S@mail.example", "no mail"),
            ip_events=(IpEvent("192.0.2.1", port=None, at=datetime(2031, 1, 1, tzinfo=UTC)),),
        ),
        Account("victim", service="chat.example", identifier="child"),
    )
    report = arrive(police, accounts=accounts, danger_now=True)
    case = make_case(police, reports=[report])
    kinds = sorted((one.kind, tuple(one.missing)) for one in Held.everywhere.filter(case=case))
    assert kinds == [("account", ()), ("address", ("port",)), ("email", ())]
    assert case.urgent
    assert [link.first for link in Link.everywhere.filter(case=case)] == ["opened"]


def test_nothing_that_is_written_stands_readable_in_a_table(police):
    case = make_case(police)
    furnish(police, case)
    columns = [
        bytes(value).decode("latin-1") if isinstance(value, (bytes, memoryview)) else str(value)
        for model in (Party, Statement, Held)
        for row in model.everywhere.filter(case=case)
        for value in vars(row).values()
    ]
    for word in ("K-2031-0042", "account was made", "one person", "somebody@mail"):
        assert not [column for column in columns if word in column]


def test_a_correction_is_added_and_both_stay_and_each_is_corrected_once(police):
    case = make_case(police)
    made = furnish(police, case)
    fact = {"source": statements.Source.MOSTLY, "credibility": statements.Credibility.CERTAIN}
    later = inside(police, statements.state, case, Nature.FACT, "On the day after.", corrects=made["statement"], **fact)
    with pytest.raises(Refusal):
        inside(police, statements.state, case, Nature.FACT, "Or not.", corrects=made["statement"], **fact)
    with viewing(police.organisation.id):
        seen = sheet(police, case, WHY)
    assert [one.words for one in seen.statements][::2] == ["An account was made on that day.", "On the day after."]
    assert later.corrects_id == made["statement"].pk
    with pytest.raises(Refusal):
        inside(police, statements.state, case, Nature.FACT, "Without marks.")


def test_a_category_is_changed_by_an_act_with_a_reason_and_counted_anew(police):
    case = make_case(police)
    party = furnish(police, case)["party"]
    changed = inside(police, statements.change_category, case, party, Category.OTHER)
    assert changed.kept_until == timezone.localdate() + timedelta(days=180)
    assert Entry.objects.get(act="cases.party.changed").subject == case.pk
    with pytest.raises(Refusal):
        inside(police, statements.change_category, case, party, Category.OTHER)
    with pytest.raises(Refusal, match="already"):
        inside(police, statements.add_party, case, Category.VICTIM, "k-2031-0042")


def test_a_task_that_is_overdue_raises_the_hand_of_its_case_until_it_is_done(police):
    case = make_case(police)
    task = furnish(police, case)["task"]
    with viewing(police.organisation.id):
        raised = queries.own(police).filter(queries.raised())
        assert not raised.exists()
    type(task).everywhere.filter(pk=task.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    with viewing(police.organisation.id):
        assert raised.get() == case
        assert queries.waiting(police).raised.count == 1
        statements.finish_task(police, WHY, case, task)
        assert not raised.exists()


def test_neither_a_page_nor_today_asks_the_database_once_a_row(police):
    case, asked = make_case(police), []
    party = furnish(police, case)["party"]
    for number in range(2, 5):
        said = {"source": Source.ALWAYS, "credibility": Credibility.CERTAIN, "party": party}
        inside(police, statements.state, case, Nature.FACT, f"Of account {number}.", **said)
        inside(police, identifiers.add, case, email(f"somebody{number}@mail.example"), party)
        inside(police, statements.add_task, case, "Ask again", police.person, timezone.localdate())
        with viewing(police.organisation.id), CaptureQueriesContext(connection) as captured:
            shown = presenters.sheet_context(police, sheet(police, case, WHY))
            tasks = [item for item in items.waiting_items(police) if "task" in str(item.what)]
        assert len(shown["tasks"].rows) == len(tasks) == number
        asked.append(len(captured))
    assert asked[1] == asked[2], "the first time some things are read for all times"


# Versions and states -------------------------------------------------------------------------------------------------


def test_whoever_saw_an_older_version_is_told_and_undoes_nothing(police):
    case = make_case(police)
    inside(police, actions.edit, case, version=case.version, reference="J-1", lead=police.person, urgent=False)
    with pytest.raises(Stale):
        inside(police, actions.edit, case, version=case.version, reference="J-2", lead=police.person, urgent=True)
    assert fresh(case).reference == "J-1"


def test_a_case_is_closed_with_an_outcome_that_ends_it(police):
    case = make_case(police)
    with pytest.raises(Refusal, match="what came of it"):
        inside(police, actions.move, case, Event.CLOSE, version=case.version)
    inside(police, outcomes.say, case, Outcome.VICTIM_SAFEGUARDED)
    with pytest.raises(Refusal, match="what came of it"):
        inside(police, actions.move, case, Event.CLOSE, version=case.version)
    inside(police, outcomes.say, case, Outcome.NO_PERSON_FOUND)
    closed = inside(police, actions.move, case, Event.CLOSE, version=fresh(case).version)
    assert closed.closed_at is not None
    with pytest.raises(Refusal):
        inside(police, identifiers.add, case, email())
    assert fresh(case).safeguarded


# Merging -------------------------------------------------------------------------------------------------------------


def test_an_absorbed_case_keeps_its_code_and_all_it_had_and_can_be_separated(police):
    one, two = make_case(police), make_case(police)
    furnish(police, one)
    inside(police, merges.merge, one, two, version=one.version)
    with viewing(police.organisation.id):
        assert queries.by_code(police, one.code.lower()) == two
        seen = sheet(police, fresh(two), WHY)
    assert len(seen.statements) == 2
    assert len(seen.identifiers) == 2
    assert whole(two) == [two, one]
    for act, args in ((merges.merge, (one, two)), (merges.merge, (two, one))):
        with pytest.raises(Refusal):
            inside(police, act, *args, version=fresh(args[0]).version)
    inside(police, merges.separate, one)
    assert fresh(one).state == State.WORKING
    assert Statement.everywhere.filter(case=one).count() == 2
    assert whole(two) == [two]


@pytest.mark.slow
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_merges_and_undos_in_any_order_make_no_circle_and_lose_nothing(moves):
    police = desk(OrganisationKind.POLICE)
    cases = [make_case(police) for _ in range(4)]
    for joins, a, b in moves:
        case, into = fresh(cases[a]), fresh(cases[b])
        try:
            if joins:
                inside(police, merges.merge, case, into, version=case.version)
            else:
                inside(police, merges.separate, case)
        except Refusal:
            continue
    now = [fresh(case) for case in cases]
    for case in now:
        seen, at = set(), case
        while at.merged_into_id:
            assert at.pk not in seen
            seen.add(at.pk)
            at = Case.everywhere.get(pk=at.merged_into_id)
    roots = [case for case in now if case.merged_into_id is None]
    assert sorted(one.pk for root in roots for one in whole(root)) == sorted(case.pk for case in cases)


def test_the_same_identifier_in_two_cases_tells_both_owners_and_proposes_a_merge_at_home(police, abroad):
    one, two, other = make_case(police), make_case(police), make_case(abroad)
    for viewer, case in ((police, one), (police, two), (abroad, other)):
        inside(viewer, identifiers.add, case, email("Same@mail.example"))
    with viewing(police.organisation.id):
        met = sheet(police, one, WHY).meetings
    inner = [m for m in met if m.inside]
    outer = [m for m in met if not m.inside]
    assert [m.other.id for m in inner] == [two.pk]
    assert [m.other for m in outer] == [None], "which case, and whose, is not told"
    with viewing(abroad.organisation.id):
        theirs = sheet(abroad, other, WHY).meetings
    assert theirs
    assert str(police.organisation.id) not in repr([m.other for m in theirs])
    held = Held.everywhere.get(case=other)
    inside(abroad, identifiers.remove, other, held)
    with viewing(police.organisation.id):
        assert not [m for m in sheet(police, one, WHY).meetings if not m.inside]


# Who sees what -------------------------------------------------------------------------------------------------------


def test_no_query_shows_another_organisations_case(police, abroad):
    case = make_case(police, reference="J-77")
    furnish(police, case)
    with viewing(abroad.organisation.id):
        assert not Case.objects.exists()
        assert sheets.find(Case, case.pk) is None
        assert queries.by_code(abroad, case.code) is None
        for search in (filters.Search(), filters.Search(text=case.code), filters.Search(whose="released")):
            assert queries.worklist(abroad, search, {}).rows == []
        with pytest.raises(Refusal):
            actions.edit(abroad, WHY, case, version=1, reference="x", lead=None, urgent=False)
        with pytest.raises(Refusal):
            links.link_case(abroad, WHY, make_case(abroad), case)
    with viewing(abroad.organisation.id):
        assert queries.waiting(abroad).raised.count == 0
        assert queries.funnel(abroad).cases == 1


def test_a_moment_of_which_a_half_was_typed_is_not_dropped_in_silence():
    given = {"kind": "address", "value": "192.0.2.9", "port": "4000", "zone": "UTC", "why": "investigation"}
    for half in ({"seen_0": "2031-01-01"}, {"seen_1": "10:00"}):
        assert "seen" in forms.IdentifierForm({**given, **half}).errors
    assert forms.IdentifierForm({**given, "seen_0": "2031-01-01", "seen_1": "00:00"}).is_valid()
    assert forms.IdentifierForm(given).is_valid()


def test_the_funnel_counts_each_case_once_with_all_that_it_absorbed(police):
    kept, first, second, away = (make_case(police) for _ in range(4))
    for one in (kept, first, second, away):
        inside(police, outcomes.say, one, Outcome.SUSPECT_IDENTIFIED)
    inside(police, outcomes.say, second, Outcome.VICTIM_SAFEGUARDED)
    inside(police, merges.merge, second, first, version=fresh(second).version)
    inside(police, merges.merge, first, kept, version=fresh(first).version)
    Case.everywhere.filter(pk=away.pk).update(state=State.DROPPED.value)
    with viewing(police.organisation.id):
        found = queries.funnel(police)
    assert (found.cases, found.suspect, found.safeguarded, found.charged) == (1, 1, 1, 0)


def test_the_empty_choice_of_a_filter_says_what_it_shows(police):
    closed = make_case(police)
    Case.everywhere.filter(pk=closed.pk).update(state=State.CLOSED.value, closed_at=timezone.now())
    make_case(police)
    for search in (filters.Search(), filters.Search(text=closed.code)):
        with viewing(police.organisation.id):
            page = queries.worklist(police, search, {})
        shown = {case.pk for case in page.rows}
        choice = presenters.cases_table(page, search, may_open=False).filters[0]
        assert ("Still open" if closed.pk not in shown else "") == choice.unset


def test_a_recipient_reads_what_was_released_and_nothing_of_the_work(police):
    case = make_case(police)
    furnish(police, case)
    inside(police, statements.add_party, case, Category.WITNESS, "W-2031-1")
    legal = viewer_for(make_person(Role.LEGAL, make_organisation(OrganisationKind.AUTHORITY)))
    with viewing(police.organisation.id):
        releases.release(
            police, case, [legal.organisation.id], WHY, terms(Handling.AMBER, timezone.now() + timedelta(days=9))
        )
    with viewing(legal.organisation.id):
        found = sheets.find(Case, case.pk)
        seen = sheet(legal, found, WHY)
    assert not seen.own
    assert [one.words for one in seen.statements]
    assert [one.words for one in seen.parties] == ["K-2031-0042", None], "a witness is for those who investigate"
    assert (seen.tasks, seen.links, seen.meetings, seen.history, seen.absorbed) == ([], [], [], [], [])
    with viewing(police.organisation.id):
        releases.recall(police, case, legal.organisation.id, WHY)
    with viewing(legal.organisation.id):
        assert sheets.find(Case, case.pk) is None
        assert sheet(legal, found, WHY).statements == [], "a recall takes effect at once"


# Retention -----------------------------------------------------------------------------------------------------------


def test_persons_go_at_their_own_date_and_cases_at_theirs_with_all_that_they_absorbed(police):
    one, two = make_case(police), make_case(police)
    party = furnish(police, one)["party"]
    inside(police, merges.merge, one, two, version=one.version)
    past = timezone.localdate() - timedelta(days=1)
    Party.everywhere.filter(pk=party.pk).update(kept_until=past)
    assert erase_people() == 1
    assert retention.expire(RETENTION) == 0
    assert not Party.everywhere.filter(pk=party.pk).exists()
    assert Statement.everywhere.filter(case=one).count() == 2
    Case.everywhere.filter(pk=two.pk).update(review_date=past)
    assert retention.expire(RETENTION) == 1
    assert not Case.everywhere.filter(pk__in=[one.pk, two.pk]).exists()
    assert Entry.objects.filter(act="cases.case.expired").count() == 2


def test_a_report_that_is_erased_leaves_the_case_and_its_way_home(police, abroad):
    (forward,) = send(abroad, arrive(abroad), police)
    case = make_case(police, reports=[forward.arrived])
    Report.everywhere.filter(pk=forward.arrived_id).delete()
    inside(police, outcomes.say, case, Outcome.CHARGED)
    forward.refresh_from_db()
    assert forward.outcome == Outcome.CHARGED
    assert [one.told for one in Said.everywhere.filter(case=case).order_by("id")] == [1, 1]
