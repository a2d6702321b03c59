"""A key of an organisation that votes hears how many votes there are, and whose they are once it has voted itself."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.lookup.strategies import ORGANISATIONS, entries

from vaern.lookup import judging
from vaern.lookup.callers import Asker, Caller
from vaern.lookup.grounds import Stand
from vaern.lookup.judging import Met
from vaern.lookup.policy import counted, votes_of
from vaern.records import Entry, Match, Signal

LAWFUL = Stand("lawful", "It is so.", "2020-01-01", "a law")
MATCH = Match("sha256", "00" * 32, "e1", 0, "known", "1")


@given(entries(), st.sampled_from([*ORGANISATIONS, "Somebody else"]), st.booleans())
def test_names_come_after_the_own_vote_and_numbers_and_the_act_always(entry: Entry, name: str, votes: bool) -> None:
    caller = Caller("00" * 16, "00" * 32, Asker(name=name), blind=votes)
    judged = judging.judge(caller, LAWFUL, [Met(MATCH, entry, "known")], 0)
    told = judging.result(judged, Signal("sha256", bytes(32)), "", caller, coarse=False)
    open_caller = msgspec.structs.replace(caller, blind=False)
    assert judged.verdict.act == judging.judge(open_caller, LAWFUL, [Met(MATCH, entry, "known")], 0).verdict.act
    ((said,), count) = told.hits, counted(entry)
    assert (said.votes.positive, said.votes.negative) == (count.votes, count.against)
    if votes and name not in {vote.organisation for vote in entry.votes}:
        assert (said.votes.all, said.viewed_by) == ((), ())
        others = {vote.organisation for vote in entry.votes} | {*entry.viewed_by} - {name}
        text = " ".join(reason.text for reason in (*told.verdict.because, *told.verdict.lacks))
        assert not [one for one in others if one in text]
    else:
        assert (said.votes.all, said.viewed_by) == (votes_of(entry), entry.viewed_by)
