"""What the node sets aside by itself: floods and what does not belong on a list, and nothing of ordinary traffic."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list, send, vics

from vaern.lookup.spool import Answered, HitRow, Writer
from vaern.matching import Freshness, List, ListStoppedError, Matcher, publish, refresh
from vaern.node.base.scope import viewing
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.items import waiting_items
from vaern.node.lists.lookups import draining
from vaern.node.lists.models import EntryHits, EntryQuarantine, HashList, ListEntry
from vaern.node.lists.quarantine import queries, watching
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.floods import HISTORY, NOT_AGAIN, WINDOW, Cause
from vaern.node.organisations.rules import OrganisationKind
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count(1)


def ask(organisation: Any, hash_list: HashList, ident: str, times: int, at: datetime, caller: int = 1) -> Answered:
    """Return one call of a program in which an entry was hit so many times."""
    hits = tuple(HitRow(number, hash_list.name, "1", ident, "pdq", 12, "queue") for number in range(times))
    return Answered(
        at=at.isoformat(),
        call=str(uuid4()),
        key=UUID(int=caller).hex,
        organisation=str(organisation.pk),
        protocol="vaern",
        counts={"pdq": times},
        digest="0" * 64,
        index="0" * 64,
        hits=hits,
    )


def drain(calls: list[Answered]) -> None:
    """Let the node enter calls, as it does each second."""
    writer = Writer(draining.folder())
    writer.append(calls)
    writer.close()
    while draining.drain():
        pass


def states(hash_list: HashList) -> dict[str, str]:
    return dict(ListEntry.everywhere.filter(list=hash_list).values_list("ident", "state"))


def flooded(viewer: Viewer, **terms: Any) -> tuple[HashList, list[ListEntry]]:
    """Return a list with one entry that is hit far more often than the two others, and what was answered is entered."""
    hash_list = make_list(viewer, f"flood-{next(NUMBERS)}", **{"flood_hits": 50, "flood_factor": 10, **terms})
    rows = add(viewer, hash_list, entry_of("blank"), entry_of("a"), entry_of("b"))
    asker, now = make_organisation(OrganisationKind.PLATFORM), timezone.now()
    drain(
        [
            *(ask(asker, hash_list, "blank", 30, now, caller) for caller in (1, 2)),
            *(ask(asker, hash_list, ident, 3, now - timedelta(days=2), 1) for ident in "ab"),
        ]
    )
    return hash_list, rows


def test_a_flood_ends_in_quarantine_and_says_why():
    viewer = curator()
    hash_list, rows = flooded(viewer)
    assert watching.watch() == 1
    assert states(hash_list) == {"blank": "quarantined", "a": "live", "b": "live"}
    said = EntryQuarantine.everywhere.get()
    assert (said.cause, said.hits, said.callers, said.usual, said.bound) == ("flood", 60, 2, 3, 50)
    assert watching.watch() == 0
    with viewing(viewer.organisation.id):
        (item,) = [one for one in waiting_items(viewer) if one.about == f"entry/{rows[0].pk}"]
        row = ListEntry.everywhere.select_related("list__organisation").get(pk=rows[0].pk)
        aside = queries.aside_of(row)
        answers = queries.answers(viewer, row, QUALITY, {})
    assert "60" in str(item.what)
    assert aside is not None
    assert [hits for _hour, hits in aside.hours if hits] == [60]
    assert len(answers.rows) == 50
    assert answers.next, "every answer is there, on further pages"


@pytest.mark.parametrize("terms", [{"flood_callers": 3}, {"flood_hits": 61}, {"flood_factor": 21}, {"flood_hits": 0}])
def test_the_list_says_from_where_on_it_is_a_flood(terms: dict[str, int]):
    hash_list, _rows = flooded(curator(), **terms)
    assert watching.watch() == 0
    assert set(states(hash_list).values()) == {"live"}


@pytest.mark.parametrize("ago", [timedelta(0), NOT_AGAIN + timedelta(days=1)])
def test_what_a_person_let_go_is_not_set_aside_again_for_a_while(ago: timedelta):
    viewer = curator()
    hash_list, rows = flooded(viewer)
    watching.watch()
    with viewing(viewer.organisation.id):
        actions.let_go(viewer, QUALITY, rows[0])
    EntryQuarantine.everywhere.update(ended_at=timezone.now() - ago)
    assert watching.watch() == bool(ago)
    assert states(hash_list)["blank"] == ("quarantined" if ago else "live")


def test_a_recall_of_what_was_set_aside_tells_whoever_heard_of_it():
    from vaern.node.lists.models import RecallEffect
    from vaern.node.lists.recalls import tracing

    viewer = curator()
    _list, rows = flooded(viewer)
    watching.watch()
    with viewing(viewer.organisation.id):
        recall = actions.recall(viewer, QUALITY, rows[0], RecallReason.NOT_CSAM)
    tracing.trace(recall.pk)
    assert RecallEffect.everywhere.get(recall=recall, kind="lookup").matches == 60
    assert EntryQuarantine.everywhere.get().ended_at is not None


@pytest.mark.once
@given(data=st.data(), seed=st.integers(0, 2**32))
@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_ordinary_traffic_is_a_flood(django_db_blocker: Any, data: st.DataObject, seed: int):
    """Each entry as popular as it is, some a hundred times as popular as others; the hours differ as hours do."""
    draw = random.Random(seed)
    viewer, now = curator(), timezone.now()
    hash_list = make_list(
        viewer, f"ordinary-{next(NUMBERS)}", flood_hits=data.draw(st.integers(1, 40)), flood_factor=20
    )
    popularity = {f"{number}": 8 / (number + 1) for number in range(12)}
    add(viewer, hash_list, *map(entry_of, popularity))
    asker = make_organisation(OrganisationKind.PLATFORM)
    hours = [watching.hour_of(now) - timedelta(hours=ago) for ago in range(36)]
    calls = [
        ask(asker, hash_list, ident, times, hour, draw.randint(1, 4))
        for hour in hours
        for ident, rate in popularity.items()
        if (times := min(round(draw.expovariate(1 / rate)), 30))
    ]
    drain(calls)
    assert watching.floods(now) == 0
    assert set(states(hash_list).values()) == {"live"}


def test_hits_are_counted_once_by_entry_program_and_hour():
    viewer, now = curator(), timezone.now()
    hash_list = make_list(viewer, "counted")
    asker = make_organisation(OrganisationKind.PLATFORM)
    drain([ask(asker, hash_list, "a", 2, now), ask(asker, hash_list, "a", 3, now)])
    drain([ask(asker, hash_list, "a", 4, now), ask(asker, hash_list, "b", 1, now, 2)])
    drain([ask(asker, HashList(name="nowhere"), "a", 4, now)])
    rows = EntryHits.everywhere.order_by("ident").values_list("ident", "hits", "caller")
    assert list(rows) == [("a", 9, UUID(int=1)), ("b", 1, UUID(int=2))]


def test_counts_of_hits_go_when_no_rule_asks_for_them():
    viewer, now = curator(), watching.hour_of(timezone.now())
    hash_list = make_list(viewer, "counted")
    for ago in (timedelta(0), HISTORY + WINDOW, HISTORY + WINDOW + timedelta(hours=1)):
        EntryHits.everywhere.create(list=hash_list, ident="a", hour=now - ago, caller=UUID(int=0), hits=1)
    assert watching.erase_hits() == 1
    assert EntryHits.everywhere.count() == 2


EMPTY = Signal("md5", bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e"))
BLACK = Signal("pdq", b"\x00" * 31 + b"\x01")


@pytest.mark.parametrize("signal", [EMPTY, BLACK, Signal("pdq", b"\xff" * 32)])
def test_what_would_match_at_random_is_set_aside_also_when_a_person_added_it(signal: Signal):
    viewer = curator()
    hash_list = make_list(viewer, "junk")
    add(viewer, hash_list, entry_of("junk", digest("x"), signal), entry_of("a"))
    assert watching.watch() == 1
    assert states(hash_list) == {"junk": "quarantined", "a": "live"}
    assert EntryQuarantine.everywhere.get().cause == Cause.JUNK.value
    assert watching.watch() == 0


@pytest.mark.parametrize("purpose", ["negative", "known-good"])
@pytest.mark.parametrize("first", ["list", "against"])
def test_an_entry_that_another_list_speaks_against_is_set_aside_whichever_came_first(purpose: str, first: str):
    viewer = curator()
    against, hash_list = make_list(viewer, "against", purpose=purpose), make_list(viewer, "known")
    steps = [(hash_list, [entry_of("a"), entry_of("b")]), (against, [entry_of("other id", digest("a"))])]
    for where, entries in steps if first == "list" else steps[::-1]:
        add(viewer, where, *entries)
        watching.watch()
    assert states(hash_list) == {"a": "quarantined", "b": "live"}
    said = EntryQuarantine.everywhere.get()
    assert (said.cause, said.against) == (purpose, "against")
    assert states(against) == {"other id": "live"}


@pytest.mark.parametrize("purpose", ["negative", "known-good"])
def test_a_list_that_is_too_old_to_match_with_speaks_against_entries_all_the_same(purpose: str, settings: Any):
    folder, viewer = settings.LISTS / "old", curator()
    publish(folder, [entry_of("x", digest("a"), digest("c", "md5"))], name="old", release="1", purpose=purpose)
    then = (timezone.now() - timedelta(days=9)).isoformat()
    refresh(folder, Freshness(then, then, then))
    hash_list = make_list(viewer, "known")
    add(viewer, hash_list, entry_of("a"), entry_of("b"))
    send(viewer, hash_list, vics([{"MediaID": 1, "Category": 1, "MD5": digest("c", "md5").value.hex()}]))
    watching.watch()
    assert sorted(states(hash_list).values()) == ["live", "quarantined", "quarantined"]
    assert states(hash_list)["b"] == "live"
    assert {one.against for one in EntryQuarantine.everywhere.all()} == {"old"}
    with pytest.raises(ListStoppedError):
        Matcher([List.open(folder)]).match_signals([digest("a")])


def near(signal: Signal, bits: int) -> Signal:
    value = int.from_bytes(signal.value, "big") ^ ((1 << bits) - 1)
    return Signal(signal.kind, value.to_bytes(32, "big"))


@pytest.mark.parametrize(("purpose", "expected"), [("negative", "quarantined"), ("known-good", "live")])
@pytest.mark.parametrize("first", ["list", "against"])
def test_near_counts_against_an_entry_on_a_negative_list_alone(purpose: str, expected: str, first: str):
    viewer = curator()
    picture = Signal("pdq", bytes(range(32)))
    against, hash_list = make_list(viewer, "against", purpose=purpose), make_list(viewer, "known")
    steps = [(hash_list, entry_of("a", picture)), (against, entry_of("x", near(picture, 5)))]
    for where, entry in steps if first == "list" else steps[::-1]:
        add(viewer, where, entry)
        watching.watch()
    assert states(hash_list) == {"a": expected}


def test_another_organisation_takes_nothing_off_a_list_by_one_of_its_own():
    viewer, stranger = curator(), curator()
    hash_list = make_list(viewer, "known")
    add(viewer, hash_list, entry_of("a"))
    watching.watch()
    against = make_list(stranger, "against", purpose="negative")
    add(stranger, against, entry_of("x", digest("a")))
    watching.watch()
    add(viewer, hash_list, entry_of("a again", digest("a")))
    send(
        viewer,
        hash_list,
        vics([{"MediaID": 1, "Category": 1, "MD5": "0f" * 16, "SHA1": digest("a", "sha1").value.hex()}]),
    )
    watching.watch()
    assert set(states(hash_list).values()) == {EntryState.LIVE.value}


def test_a_file_says_why_entries_went_into_quarantine():
    viewer = curator()
    against, hash_list = make_list(viewer, "against", purpose="known-good"), make_list(viewer, "known")
    add(viewer, against, entry_of("x", digest("a", "md5")))
    rows = [
        {"MediaID": number, "Category": 1, "MD5": digest(text, "md5").value.hex()} for number, text in enumerate("ab")
    ]
    send(viewer, hash_list, vics(rows))
    assert sorted(states(hash_list).values()) == ["live", "quarantined"]
    assert [(one.cause, one.against) for one in EntryQuarantine.everywhere.all()] == [("known-good", "against")]
    hash_list.refresh_from_db()
    assert hash_list.read == hash_list.change, "what was read was compared"
