"""How long recalls and releases take until the last subscriber: by brute force, and from a repository."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.lists.factories import QUALITY, send
from tests.node.lists.test_subscribers import enrol, hand_in, recall

from vaern.node.base.scope import viewing
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.indicators import presenters, queries
from vaern.node.lists.indicators.counting import count
from vaern.node.lists.models import EntryRecall, ListEntry, ListIndicator, SubscriberStep
from vaern.node.lists.rules.everywhere import ENROLLED, Moved, Reached, Subscriber, Who, reached, said_at
from vaern.node.lists.rules.indicators import LONGEST
from vaern.node.lists.signing.repository import made_of, opened
from vaern.node.lists.subscribers import actions
from vaern.node.lists.subscribers.everywhere import counted
from vaern.node.lists.subscribers.history import caught_up
from vaern.trust import acknowledging, keys
from vaern.trust.repository import read

if TYPE_CHECKING:
    from tests.node.lists.house import House

    from vaern.node.lists.rules.indicators import Indicator

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 12).map(lambda hours: BEGIN + timedelta(hours=hours))
MAYBE = st.none() | MOMENTS
NAMES = st.sampled_from(["list", "part"])
RELEASES = st.dictionaries(NAMES, st.none() | st.integers(1, 4))
MOVED = st.builds(Moved, MOMENTS, MAYBE, RELEASES, st.booleans(), MAYBE)
STEPS = st.builds(Subscriber, MOMENTS, st.integers(0, 3), st.dictionaries(st.integers(1, 4), MOMENTS, max_size=3))
SUBSCRIBERS = st.dictionaries(st.builds(Who, NAMES, st.sampled_from("abc")), STEPS, max_size=4)


def by_the_hour(moved: list[Moved], subscribers: dict[Who, Subscriber]) -> Reached:
    """Go through the hours one after another, and ask in each who has what."""
    taken, out, silent = [], 0, set()
    for one in moved:
        expected = {}
        for who, since in subscribers.items():
            release = one.releases.get(who.of)
            were = release > since.newest if one.signed and release else since.since <= one.begun
            if were and who.of in one.releases:
                expected[who] = (release, since.said)
        if not expected:
            continue
        everybody = None
        for hour in range(13):
            now = BEGIN + timedelta(hours=hour)
            here = one.here is not None and one.here <= now
            there = all(
                release is not None and any(number >= release and at <= now for number, at in said.items())
                for release, said in expected.values()
            )
            if here and there:
                everybody = now
                break
        taken_back = one.ended is not None and (everybody is None or one.ended < everybody)
        if taken_back:
            continue
        if everybody is None:
            out += 1
        else:
            taken.append((everybody - one.begun).total_seconds())
        silent |= {who for who, (release, said) in expected.items() if release and max(said, default=0) < release}
    return Reached(taken, out, frozenset(silent))


@given(st.lists(MOVED, max_size=5), SUBSCRIBERS)
def test_everybody_has_it_in_the_first_hour_in_which_nobody_lacks_it(
    moved: list[Moved], subscribers: dict[Who, Subscriber]
) -> None:
    assert reached(moved, subscribers) == by_the_hour(moved, subscribers)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_no_clock_of_a_subscriber_takes_a_release_before_it_was_made(
    said: datetime, made: datetime, now: datetime
) -> None:
    found = said_at(said, made, max(now, made))
    assert made <= found <= max(now, made)
    assert found == said or not made <= said <= max(now, made)


def numbers(house: House) -> dict[Indicator, dict[str, int]]:
    begin = timezone.now() - timedelta(days=1)
    found = counted(house.list, begin, begin + timedelta(days=2))
    return {code: values for code, values in found.items() if values}


def releases(house: House) -> dict[int, datetime]:
    """When each signed release was made, as its document says."""
    found = {
        number: made_of(read(path).signed, "known-here") for number, path in opened().versions("known-here").items()
    }
    return {number: made for number, made in found.items() if made}


def steps(name: str) -> dict[int, datetime]:
    keyid = json.loads(name)["keyid"]
    return dict(SubscriberStep.everywhere.filter(subscriber=keyid).values_list("release", "at"))


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_recall_is_everywhere_when_the_last_subscriber_acknowledged_a_release_that_has_it(house: House) -> None:
    assert numbers(house) == {}  # nobody is enrolled
    enrol(house, "south", "east")
    house.release()
    recall(house, "one")
    assert numbers(house) == {
        "recalls_not_everywhere": {"": 1},
        "releases_not_everywhere": {"": 1},
        "subscribers_silent": {"": 2},
    }
    hand_in(house, house.letter("south"), house.letter("east"))  # of the first release, which has the recall not
    found = numbers(house)
    assert found.keys() == {"recalls_not_everywhere", "release_everywhere"}  # nobody can have acknowledged it
    house.release()
    hand_in(house, house.letter("south"))
    assert numbers(house)["subscribers_silent"] == {"": 1}
    hand_in(house, house.letter("east"))
    found, made = numbers(house), releases(house)
    south, east = steps(house.key_file("south")), steps(house.key_file("east"))
    one = EntryRecall.everywhere.get()
    assert found.keys() == {"recall_everywhere", "release_everywhere"}
    assert one.published_at is not None
    last = max(one.published_at, south[2], east[2])
    assert found["recall_everywhere"][LONGEST] == round(1000 * (last - one.at).total_seconds())
    took = [max(south[number], east[number]) - made[number] for number in (1, 2)]
    assert found["release_everywhere"][LONGEST] == round(1000 * max(took).total_seconds())
    recall(house, "two")
    with viewing(house.curator.organisation.id):
        row = ListEntry.objects.select_related("list").get(list=house.list, ident="two")
        assert "recalls_not_everywhere" in numbers(house)
        curation.reinstate(house.curator, QUALITY, row)
    assert numbers(house) == found  # taken back before anybody could have it: nobody waits for it


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_whoever_comes_later_is_not_waited_for_and_what_the_command_line_took_counts(house: House) -> None:
    enrol(house, "south")
    house.release()
    hand_in(house, house.letter("south"))
    before = numbers(house)
    enrol(house, "east")
    assert numbers(house) == before  # the release is older
    house.add("three")
    house.release()
    repository = opened()
    acknowledging.take(repository, house.letter("east"))  # as `vaern lists repository acknowledged` does
    assert numbers(house)["subscribers_silent"] == {"": 1}
    assert steps(house.key_file("east")).keys() == {ENROLLED, 2}
    north = keys.read_public(house.alliance.folder / f"north{keys.PUBLIC}")
    acknowledging.enrol(repository, "known-here", north)
    assert numbers(house)["releases_not_everywhere"] == {"": 1}
    assert steps(house.key_file("north")).keys() == {ENROLLED}  # since the node saw them
    hand_in(house, house.letter("south"))
    whole = numbers(house)
    assert whole.keys() == {"release_everywhere"}
    with viewing(house.curator.organisation.id):
        actions.end(house.curator, QUALITY, house.list, json.loads(house.key_file("east"))["keyid"])
    assert steps(house.key_file("east")) == {}
    acknowledging.dismiss(repository, "known-here", north.keyid)
    assert caught_up(repository, house.list).keys() == {json.loads(house.key_file("south"))["keyid"]}


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_read_takes_nothing_away_and_the_page_says_who_is_missing(house: House) -> None:
    enrol(house, "south")
    house.release()
    send(house.curator, house.list, b"id,sha256\n", whole=True)  # a file recalls what it does not have
    assert set(EntryRecall.everywhere.values_list("change", flat=True)) == set(
        ListEntry.everywhere.filter(state="recalled").values_list("change", flat=True)
    )
    count(house.list.pk)
    with viewing(house.curator.organisation.id):
        page = presenters.context(queries.opened(house.curator))
    ((_title, *cells),) = [row.cells for row in page["everywhere"].rows]
    recalled = EntryRecall.everywhere.count()
    assert cells == ["–", recalled, "–", 1, 1]
    there = set(ListIndicator.everywhere.values_list("code", "value"))
    for path in opened().versions("known-here").values():
        path.write_bytes(b"{")
    count(house.list.pk)
    assert set(ListIndicator.everywhere.values_list("code", "value")) == there
