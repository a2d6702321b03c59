"""Opinions and hashes that programs hand in: no more than their key may, in the spool for a curator, and on no list."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from tests.lookup.lists import OTHER, OWN, entry, pdq
from tests.lookup.service import Running, running, until

from vaern.formats.ncmec_hashes_write import number_of
from vaern.formats.stopncii_write import MOST, submission
from vaern.lookup.callers import ASK, FEEDBACK, LISTS
from vaern.lookup.spool import Answered, Feedback
from vaern.matching import List, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.lookup.service import Answer

MAY = 40
"""What a key of these tests may hand in a day."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lists = tmp_path_factory.mktemp("lists")
    publish(lists / "known", [entry("one", OWN, OTHER)], name="known", release="r1")
    with running(lists) as found:
        yield found


def admitted(service: Running, who: str, **bounds: int) -> None:
    service.admit(who, scopes=(ASK, LISTS, FEEDBACK), holds=("known",), **bounds)
    until(lambda: service.ask("GET", "/api/lists", who=who).status == 200)


def vote(service: Running, who: str, _number: int) -> Answer:
    """An opinion, as NCMEC's clients send it: one a call."""
    path = f"/ncmec/known/v2/entries/{number_of('known')}/id%20one/PDQ/feedback"
    return service.ask("PUT", path, b"<feedbackSubmission><affirmative/></feedbackSubmission>", who=who)


def opinions(service: Running, who: str, number: int) -> Answer:
    rows = [{"hashValue": pdq("one").hex(), "feedbackValue": "NotBlocked", "tags": ["a tag"]}] * number
    return service.ask("POST", "/stopncii/known/SubmitFeedback", submission("hashFeedbacks", rows), who=who)


def hashes(service: Running, who: str, number: int) -> Answer:
    rows = [{"hashValue": pdq(f"mine {one}").hex(), "signalType": "ImagePDQ"} for one in range(number)]
    return service.ask("POST", "/stopncii/known/SubmitHashes", submission("hashRecords", rows), who=who)


def kept(service: Running, who: str) -> int:
    key = service.callers[who].key
    return sum(isinstance(one, Feedback) and one.key == key for one in service.spool())


def content(service: Running) -> tuple[int, str, list[str]]:
    """What is on the list: its release and its entries."""
    opened = List.open(service.lists / "known")
    return opened.sequence, opened.checksum, sorted(one.id for one in opened.live())


@pytest.mark.parametrize(("hand_in", "at_once"), [(vote, 1), (opinions, 7), (hashes, 7)])
def test_no_key_hands_in_more_than_it_may(
    service: Running, hand_in: Callable[[Running, str, int], Answer], at_once: int
) -> None:
    who = hand_in.__name__
    admitted(service, who, per_day=MAY)
    taken = 0
    while taken <= 2 * MAY:  # twice: the day of the bound may end meanwhile
        answer = hand_in(service, who, at_once)
        if answer.status == 429:
            break
        assert answer.status == 200
        taken += at_once
    assert answer.status == 429, "more was taken than the key may hand in"
    assert f"more than {MAY} signals a day" in answer.body.decode()
    assert 0 < int(answer.headers["retry-after"]) <= 86_400
    assert taken >= MAY - at_once
    assert kept(service, who) == taken, "what was refused left something behind"


@pytest.mark.parametrize("hand_in", [opinions, hashes])
def test_ten_thousand_at_once_are_all_for_a_while_and_one_more_is_none(
    service: Running, hand_in: Callable[[Running, str, int], Answer]
) -> None:
    who = f"{hand_in.__name__} at once"
    admitted(service, who, per_second=1)
    before = content(service)
    assert hand_in(service, who, MOST + 1).status == 400
    assert kept(service, who) == 0
    assert hand_in(service, who, MOST).status == 200
    again = hand_in(service, who, 1)
    assert (again.status, "signals a second" in again.body.decode()) == (429, True)
    assert int(again.headers["retry-after"]) > MOST / 2, "it waits as long as so many take at its rate"
    assert kept(service, who) == MOST
    assert content(service) == before, "nothing enters a list by itself"


def test_handing_in_and_asking_have_one_bound(service: Running) -> None:
    admitted(service, "both", per_second=1)
    assert hashes(service, "both", MOST).status == 200
    ask = functools.partial(service.look_up, {"kind": "pdq", "value": pdq("one").hex()}, who="both")
    assert ask().status == 429
    key = service.callers["both"].key
    assert not [one for one in service.spool() if isinstance(one, Answered) and one.key == key]
