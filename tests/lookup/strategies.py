"""Entries, votes and policies at random, for the tests of the look-up service's rules."""

from __future__ import annotations

from hypothesis import strategies as st

from vaern.lookup.policy import Need
from vaern.records import Entry, Signal, Vote

ORGANISATIONS = ["Hotline A", "Hotline B", "Police C", "Platform D", "Charity E"]
COUNTRIES = ["", "DK", "SE", "CA", "JP"]
SCHEMES = {"alpha": ("1", "2", "3"), "beta": ("1", "A")}


@st.composite
def votes(draw: st.DrawFn) -> Vote:
    scheme = draw(st.sampled_from([None, *SCHEMES]))
    return Vote(
        organisation=draw(st.sampled_from(ORGANISATIONS)),
        opinion=draw(st.sampled_from(["positive", "negative", "unsure"])),
        country=draw(st.sampled_from(COUNTRIES)),
        view=draw(st.sampled_from(["independent", "inherited", ""])),
        scheme=scheme,
        classification=draw(st.sampled_from(SCHEMES[scheme])) if scheme else None,
        settled=draw(st.booleans()),
    )


def entries(some: st.SearchStrategy[Vote] | None = None) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        id=st.just("e1"),
        signals=st.just((Signal("sha256", bytes(32)),)),
        votes=st.lists(votes() if some is None else some, max_size=6).map(tuple),
        source=st.sampled_from(["", "Hotline A"]),
        viewed_by=st.lists(st.sampled_from(ORGANISATIONS), max_size=2, unique=True).map(tuple),
    )


@st.composite
def needs(draw: st.DrawFn) -> Need:
    wanted = draw(st.integers(1, 4))
    return Need(
        votes=wanted,
        countries=draw(st.integers(0, 3)),
        independent=draw(st.integers(0, wanted)),
        classes=draw(
            st.dictionaries(
                st.sampled_from([*SCHEMES]),
                st.lists(st.sampled_from(["1", "2", "A"]), min_size=1).map(tuple),
                max_size=2,
            )
        ),
    )


policies = st.dictionaries(st.sampled_from(["log", "queue", "block", "report"]), needs())
