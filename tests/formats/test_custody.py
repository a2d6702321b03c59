"""The chain as records: any edit of it is found, and canonical JSON is what RFC 8785 says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from vaern.formats.custody import HEAD, Link, breaks, digest, link

if TYPE_CHECKING:
    from pathlib import Path

FACTS = {"description": "æ \u2028 😀", "digests": {"sha256": "ab" * 32}}
said = st.dictionaries(st.sampled_from(["giver", "taker", "place", "why"]), st.text(max_size=10), max_size=3)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[Link]:
    found: list[Link] = []
    for number in range(draw(st.integers(least, 6))):
        kind, what = ("moved", draw(said)) if number else ("registered", {"facts": digest(FACTS)})
        at = f"2031-04-0{number + 1}T00:00:00Z"
        found.append(link("e", found[-1] if found else None, kind, at, "role", what, f"{number:032x}"))
    return found


def heads(chain: list[Link]) -> dict[int, str]:
    return {one.event["number"]: one.hash[:HEAD] for one in chain}


@given(chain=chains())
def test_a_chain_that_was_added_to_is_whole(chain: list[Link]) -> None:
    assert breaks(chain, "e", FACTS, heads(chain)) == []


@given(chain=chains(), data=st.data())
def test_any_edit_is_found(chain: list[Link], data: st.DataObject) -> None:
    """Links changed, removed, doubled, moved, cut off: against heads that were kept, nothing passes."""
    edited = list(chain)
    at = data.draw(st.integers(0, len(chain) - 1))
    edit = data.draw(st.sampled_from(["change", "remove", "double", "move", "cut", "hash"]))
    if edit == "change":
        name = data.draw(st.sampled_from(sorted(chain[at].event)))
        value = data.draw(st.one_of(st.none(), st.text(max_size=5), st.integers(-9, 9), st.just({"giver": "another"})))
        edited[at] = Link({**chain[at].event, name: value}, chain[at].hash)
    elif edit == "remove":
        del edited[at]
    elif edit == "double":
        edited.insert(at, chain[at])
    elif edit == "move":
        edited.insert(data.draw(st.integers(0, len(chain) - 1)), edited.pop(at))
    elif edit == "cut":
        del edited[at:]
    else:
        edited[at] = Link(chain[at].event, "00" * 32)
    assume(edited != chain)
    assert breaks(edited, "e", FACTS, heads(chain))


@given(chain=chains(least=2), data=st.data())
def test_a_link_that_was_made_anew_breaks_what_follows(chain: list[Link], data: st.DataObject) -> None:
    """Whoever changes an event and its hash has to change all after it, and then the kept heads do not fit."""
    at = data.draw(st.integers(0, len(chain) - 2))
    event = {**chain[at].event, "by": "somebody else"}
    edited = [*chain[:at], Link(event, digest(event)), *chain[at + 1 :]]
    assert [one.number for one in breaks(edited, "e", FACTS)] == [at + 2]
    assert breaks(edited, "e", FACTS, heads(chain))[-1].number == at + 1


def test_facts_are_those_of_the_last_correction() -> None:
    first = link("e", None, "registered", "2031-04-01T00:00:00Z", "role", {"facts": digest({})}, "00")
    second = link("e", first, "corrected", "2031-04-02T00:00:00Z", "role", {"facts": digest(FACTS)}, "01")
    assert breaks([first, second], "e", FACTS) == []
    assert [str(one) for one in breaks([first], "e", FACTS)] == [
        "what is said of the evidence is not what its events say"
    ]
    assert [one.number for one in breaks([], "e")] == [0]


def test_what_has_no_canonical_form_is_refused() -> None:
    for value in (2**60, float("nan"), "\ud800", {1: "x"}, b"x"):
        with pytest.raises(ValueError, match="no canonical form"):
            digest(value)


def test_canonical_json_is_that_of_the_standard(vectors: Path) -> None:
    folder = vectors / "jcs-rfc8785"
    names = sorted(path.stem for path in (folder / "input").glob("*.json"))
    assert len(names) == 6
    for name in names:
        value = json.loads((folder / "input" / f"{name}.json").read_text("utf-8"))
        assert rfc8785.dumps(value) == (folder / "output" / f"{name}.json").read_bytes(), name
        spaced = (folder / "outhex" / f"{name}.txt").read_text().split()
        assert rfc8785.dumps(value) == bytes.fromhex("".join(spaced)), name
