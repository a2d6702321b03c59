"""Of a file's matches the nearest with each entry is kept, of each list and kind so many, of the rest the number."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from vaern.matching import MOST_MATCHES
from vaern.node.casework.matches import MOST_OF_A_LIST, kept
from vaern.records import DIGEST_KINDS, Match

if TYPE_CHECKING:
    from collections.abc import Sequence

MATCHES = st.builds(
    lambda kind, entry, bits, name: Match(kind, "", entry, 0 if kind in DIGEST_KINDS else bits, name, "7"),
    st.sampled_from(["md5", "pdq"]),
    st.sampled_from("abcdef"),
    st.integers(0, 31),
    st.sampled_from(["one", "two"]),
)


def nearness(match: Match) -> tuple[bool, int]:
    return match.kind not in DIGEST_KINDS, match.distance


@given(st.lists(MATCHES, max_size=30), st.integers(0, 9))
def test_every_entry_is_kept_once_with_its_nearest_match_and_the_first_stays_first(
    given_: Sequence[Match], more: int
) -> None:
    found = kept(given_, more)
    pairs = [(one.list, one.entry) for one in found.matches]
    assert Counter(pairs) == Counter({(one.list, one.entry) for one in given_})
    assert found.more == more
    assert found.nearest == (given_[0] if given_ else None)
    for one in found.matches[1:]:
        assert nearness(one) == min(
            nearness(other) for other in given_ if (other.list, other.entry) == (one.list, one.entry)
        )
    assert sorted(found.matches[1:], key=nearness) == list(found.matches[1:])


def test_a_list_of_very_many_near_entries_takes_no_more_than_its_share() -> None:
    assert MOST_OF_A_LIST == MOST_MATCHES, "all that the engine names is kept"
    flood = [Match("pdq", "", str(n), n // 1000, "flood", "7") for n in range(5_000)]
    other = Match("pdq", "", "x", 31, "other", "7")
    exact = Match("md5", "", "y", 0, "flood", "7")
    found = kept([*flood, other, exact], 3)
    assert {one.entry for one in found.matches} == {str(n) for n in range(MOST_OF_A_LIST)} | {"x", "y"}
    assert found.more == 3 + len(flood) - MOST_OF_A_LIST
