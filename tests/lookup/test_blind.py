"""A key of an organisation that votes hears what follows, and how many votes there are and whose once it has voted."""

from __future__ import annotations

import re

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.lookup.strategies import ORGANISATIONS, entries

from vaern.lookup import judging
from vaern.lookup.callers import Asker, Caller
from vaern.lookup.grounds import Stand
from vaern.lookup.judging import Met
from vaern.lookup.policy import Verdict, counted, votes_of
from vaern.records import Entry, Match, Signal

LAWFUL = Stand("lawful", "It is so.", "2020-01-01", "a law")
MATCH = Match("sha256", "00" * 32, "e1", 0, "known", "1")


@given(entries(), st.sampled_from([*ORGANISATIONS, "Somebody else"]), st.booleans())
def test_names_and_numbers_come_after_the_own_vote_and_the_act_always(entry: Entry, name: str, votes: bool) -> None:
    caller = Caller("00" * 16, "00" * 32, Asker(name=name), blind=votes)
    judged = judging.judge(caller, LAWFUL, [Met(MATCH, entry, "known")], 0)
    told = judging.result(judged, Signal("sha256", bytes(32)), "", caller, coarse=False)
    open_caller = msgspec.structs.replace(caller, blind=False)
    heard = judging.judge(open_caller, LAWFUL, [Met(MATCH, entry, "known")], 0).verdict
    assert judged.verdict.act == heard.act
    assert codes(judged.verdict) == codes(heard), "what follows has the same reasons, whoever hears of it"
    ((said,), count) = told.hits, counted(entry)
    if votes and name not in {vote.organisation for vote in entry.votes}:
        assert (said.votes, said.viewed_by) == (None, ())
        others = {vote.organisation for vote in entry.votes} | {*entry.viewed_by} - {name}
        text = " ".join(reason.text for reason in (*told.verdict.because, *told.verdict.lacks))
        assert not [one for one in others if one in text]
        assert not re.search(r"\d", text.replace(LAWFUL.text, ""))
    else:
        assert said.votes is not None
        assert (said.votes.positive, said.votes.negative) == (count.votes, count.against)
        assert (said.votes.all, said.viewed_by) == (votes_of(entry), entry.viewed_by)


@given(entries(), entries())
def test_who_has_yet_to_vote_hears_the_same_of_entries_with_the_same_reasons(one: Entry, other: Entry) -> None:
    caller = Caller("00" * 16, "00" * 32, Asker(name="Somebody else"), blind=True)
    first, second = (judging.judge(caller, LAWFUL, [Met(MATCH, entry, "known")], 0).verdict for entry in (one, other))
    assert (first == second) == ((first.act, codes(first)) == (second.act, codes(second)))


def codes(verdict: Verdict) -> tuple[list[str], list[str]]:
    return [one.code for one in verdict.because], [one.code for one in verdict.lacks]
