"""The registry: meetings are exactly the pairs that share a justifying key, whatever comes and goes, at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.node.crosscheck.factories import make_record, some_key
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.threads import at_once

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.crosscheck.base.keys import key_of, keys_of_ip
from vaern.node.crosscheck.models import Enrolled, Enrolment, Meeting, Told
from vaern.node.crosscheck.registry.actions import change, drop, register_keys, send_update, withdraw
from vaern.node.crosscheck.registry.queries import TooOftenError, look_up, meetings_of
from vaern.node.crosscheck.rules.registry import LOOK_UPS_OF_PERSON, Many, State, ip_windows
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role

WHY = Reason(Why.INVESTIGATION)
POLICE = OrganisationKind.POLICE

pytestmark = pytest.mark.django_db


def seen(person, record):
    with viewing(person.organisation_id):
        return meetings_of(viewer_for(person), record)


class Registry(RuleBasedStateMachine):
    """Records of three organisations; keys come and go. What is in the tables is what comparing all pairs says."""

    @initialize()
    def begin(self):
        Enrolment.everywhere.all().delete()
        owners = [make_organisation(POLICE) for _ in range(3)]
        self.records = [make_record(owner) for owner in owners for _ in range(2)]
        self.held = {}

    keys = st.sets(st.builds(some_key, st.integers(0, 5), st.sampled_from(["sha256", "md5", "host"])), max_size=4)
    which = st.integers(0, 5)

    @rule(which=which, keys=keys)
    def register_keys(self, which, keys):
        before = self.pairs()
        self.held.setdefault(which, set()).update(keys)
        made = register_keys(self.records[which], keys)
        assert len(made) == len(self.pairs()) - len(before)
        assert register_keys(self.records[which], keys) == []

    @rule(which=which, keys=keys)
    def drop(self, which, keys):
        went = drop(self.records[which], keys)
        assert went == len(self.held.get(which, set()) & keys)
        if which in self.held:
            self.held[which] -= keys

    @rule(which=which)
    def withdraw(self, which):
        assert withdraw(self.records[which]) == len(self.held.pop(which, ()))

    @rule(which=which, state=st.sampled_from(State))
    def change(self, which, state):
        change(self.records[which], state)

    def pairs(self):
        """Brute force: every two records, by the kinds that they share."""
        shared = {pair: self.held[pair[0]] & self.held[pair[1]] for pair in combinations(sorted(self.held), 2)}
        kinds = {pair: sorted({key.kind for key in keys if key.justifies}) for pair, keys in shared.items()}
        return {pair: found for pair, found in kinds.items() if found}

    @invariant()
    def the_tables_say_the_same(self):
        number = {record.pk: which for which, record in enumerate(self.records)}
        found = {
            tuple(sorted((number[m.one.record], number[m.other.record]))): m.kinds
            for m in Meeting.everywhere.select_related("one", "other")
        }
        assert found == self.pairs()
        assert Enrolled.everywhere.count() == sum(len(keys) for keys in self.held.values())
        assert Enrolment.everywhere.count() == len(self.held)


@pytest.mark.once
def test_meetings_are_the_pairs_that_share_a_key() -> None:
    run_state_machine_as_test(Registry, settings=hypothesis_settings(max_examples=12, stateful_step_count=25))


def test_a_meeting_says_that_somebody_is_there_and_not_who() -> None:
    ours, theirs = make_person(Role.IDENTIFIER), make_person(Role.INVESTIGATOR)
    one, other = make_record(ours.organisation), make_record(theirs.organisation)
    register_keys(one, [some_key(1), some_key(2, "host")])
    assert len(register_keys(other, [some_key(1), some_key(2, "host")])) == 1
    (met,) = seen(ours, one)
    assert (met.kinds, met.state, met.inside, met.new, met.other) == (["sha256"], State.OPEN, False, True, None)
    assert str(other.pk) not in repr(met)
    assert str(theirs.organisation_id) not in repr(met)
    assert not seen(ours, other), "of another's record nothing is told"
    entries = Entry.objects.filter(act="crosscheck.meeting.made")
    assert {(entry.subject, entry.owner, entry.recipient) for entry in entries} == {
        (record.pk, record.organisation_id, None) for record in (one, other)
    }


def test_a_shared_host_alone_is_no_meeting() -> None:
    records = [make_record(make_organisation(POLICE)) for _ in range(2)]
    assert not [met for record in records for met in register_keys(record, [key_of("host", "host.example")])]


def test_whoever_does_not_take_part_leaves_nothing() -> None:
    platform = make_organisation(OrganisationKind.PLATFORM)
    register_keys(make_record(make_organisation(POLICE)), [some_key(1)])
    assert register_keys(make_record(platform), [some_key(1)]) == []
    assert Enrolment.everywhere.filter(organisation=platform).count() == 0


def test_a_withdrawn_record_leaves_no_trace() -> None:
    one, other = (make_record(make_organisation(POLICE)) for _ in range(2))
    register_keys(one, [some_key(1)])
    register_keys(other, [some_key(1)])
    send_update(one, "identified")
    assert Told.everywhere.count() == 1
    assert withdraw(one) == 1
    assert not Meeting.everywhere.exists()
    assert not Told.everywhere.exists()
    assert Enrolled.everywhere.filter(digest=some_key(1).digest).count() == 1


def test_everyone_who_met_a_record_is_told_how_it_went_on() -> None:
    child, *others = (make_record(make_organisation(POLICE)) for _ in range(3))
    for record in (child, *others):
        register_keys(record, [some_key(1)])
    assert send_update(child, "safeguarded") == 2
    assert send_update(child, "safeguarded") == 0, "what was not read is not told twice"
    assert {told.organisation_id for told in Told.everywhere.all()} == {record.organisation_id for record in others}
    assert Enrolment.everywhere.get(record=child.pk).state == "identified"
    assert not Entry.objects.filter(act="crosscheck.owner.told").exclude(recipient=None).exists()


def test_equal_values_have_equal_keys_of_one_kind() -> None:
    with pytest.raises(ValueError, match="not a kind"):
        key_of("weather", "rain")
    with pytest.raises(ValueError, match="between 1"):
        key_of("email", "  ")
    assert key_of("email", "A@B.example ") == key_of("email", "a@b.example")
    assert key_of("url", "https://h.example/A") != key_of("url", "https://h.example/a")
    assert key_of("email", "1").digest != key_of("phone", "1").digest


def test_nobody_computes_a_key_without_the_secret_of_the_node(settings) -> None:
    here = key_of("email", "a@b.example")
    settings.DIGEST_KEY = "another node's"
    assert key_of("email", "a@b.example").digest != here.digest


MOMENTS = st.integers(1_500_000_000, 1_900_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=4)))
def test_an_address_meets_within_a_day_and_never_after_two(at: datetime, later: timedelta) -> None:
    share = set(ip_windows(at)) & set(ip_windows(at + later))
    assert share or later > timedelta(hours=24)
    assert not share or later < timedelta(hours=48)


def test_an_address_without_a_time_justifies_nothing() -> None:
    assert [key.kind for key in keys_of_ip("192.0.2.1", None)] == ["ip_alone"]
    assert {key.kind for key in keys_of_ip("192.0.2.1", datetime.now(UTC))} == {"ip", "ip_alone"}


def test_a_look_up_says_how_many_and_how_it_stands() -> None:
    ours = make_person(Role.INVESTIGATOR)
    viewer, record = viewer_for(ours), make_record(ours.organisation)
    register_keys(record, [some_key(1), some_key(2), some_key(3, "host")])
    assert look_up(viewer, WHY, record).organisations is Many.NONE
    register_keys(make_record(ours.organisation), [some_key(1)])
    assert not look_up(viewer, WHY, record).someone, "one's own records are nobody else"
    register_keys(make_record(make_organisation(POLICE)), [some_key(1), some_key(3, "host")], state="closed")
    found = look_up(viewer, WHY, record)
    assert (found.organisations, found.working, found.kinds) == (Many.ONE, False, ("sha256",))
    register_keys(make_record(make_organisation(POLICE)), [some_key(2)], state="identified")
    found = look_up(viewer, WHY, record)
    assert (found.organisations, found.working, found.identified, found.asked) == (Many.SEVERAL, False, True, 2)
    assert Entry.objects.filter(act="crosscheck.keys.looked_up", subject=record.pk, count=2).count() == 4


def test_nobody_asks_about_keys_that_they_do_not_show() -> None:
    ours, theirs = make_person(Role.INVESTIGATOR), make_organisation(POLICE)
    viewer, record, foreign = viewer_for(ours), make_record(ours.organisation), make_record(theirs)
    register_keys(foreign, [some_key(1)])
    with pytest.raises(Refusal):
        look_up(viewer, WHY, record)
    register_keys(record, [some_key(2)])
    for given_record, keys in ((record, [some_key(1)]), (foreign, None), (foreign, [some_key(1)]), (record, [])):
        with pytest.raises(Refusal):
            look_up(viewer, WHY, given_record, keys)


def test_nobody_asks_without_end() -> None:
    ours = make_person(Role.INVESTIGATOR)
    viewer, record = viewer_for(ours), make_record(ours.organisation)
    register_keys(record, [some_key(1)])
    for _ in range(int(LOOK_UPS_OF_PERSON[1])):
        look_up(viewer, WHY, record)
    with pytest.raises(TooOftenError):
        look_up(viewer, WHY, record)


def failures(*doing) -> list[BaseException]:
    """Do things in transactions of their own that begin at one moment; return what failed."""
    ended = at_once(*(transaction.atomic(do) for do in doing))
    return [one for one in ended if isinstance(one, BaseException)]


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_two_that_enrol_one_key_at_one_moment_meet() -> None:
    owners = [make_organisation(POLICE) for _ in range(4)]
    for few in range(6):
        # The last is of so many keys that it takes the whole registry.
        keys = [some_key(100 * few + n) for n in range(3 if few < 5 else 80)]
        records = [make_record(owner) for owner in owners]
        orders = [keys, keys[::-1], keys[1:] + keys[:1], keys[:1]]
        doing = [lambda r=record, k=order: register_keys(r, k) for record, order in zip(records, orders, strict=True)]
        assert not failures(*doing)
        held = {record.pk for record in records}
        assert Meeting.everywhere.filter(one__record__in=held, other__record__in=held).count() == 6


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_enrolling_while_the_other_withdraws_leaves_no_half_a_meeting() -> None:
    for round_ in range(6):
        stays, goes = (make_record(make_organisation(POLICE)) for _ in range(2))
        key = some_key(1_000 + round_)
        with transaction.atomic():
            register_keys(goes, [key])
        assert not failures(lambda s=stays, k=key: register_keys(s, [k]), lambda g=goes: withdraw(g))
        assert not Meeting.everywhere.filter(one__record=goes.pk).exists()
        assert not Meeting.everywhere.filter(other__record=stays.pk).exists()
        assert Enrolled.everywhere.filter(digest=key.digest).count() == 1


@pytest.mark.django_db(transaction=True)
def test_keys_without_a_transaction_are_refused() -> None:
    record = make_record(make_organisation(POLICE))
    for do in (lambda: register_keys(record, []), lambda: withdraw(record), lambda: change(record, State.OPEN)):
        with pytest.raises(TransactionManagementError):
            do()
