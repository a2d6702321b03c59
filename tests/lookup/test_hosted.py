"""Who is matched against a list that it does not hold hears what follows, and of the list what its keeper lets out."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.lookup.lists import entry, near, pdq, sha256
from tests.lookup.service import POLICY, Running, running, until
from tests.lookup.strategies import SCHEMES, entries

from vaern.lookup import declared, judging
from vaern.lookup.callers import Asker, Caller
from vaern.lookup.foreign import arachnid, hma
from vaern.lookup.grounds import Stand
from vaern.lookup.judging import Met
from vaern.lookup.service import ALL_ROUTES
from vaern.lookup.wire import ENCODERS, JSON, MESSAGEPACK
from vaern.matching import publish
from vaern.records import Entry, Match, Signal, Vote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.lookup.wire import Result

STANDS = [
    Stand("lawful", "It is so.", "2020-01-01", "a law"),
    Stand("unknown", "Nobody knows."),
    Stand("unlawful", "No."),
]
SIGNAL = Signal("sha256", bytes(32))
LEVELS = ["verdict", "class", "all"]


@st.composite
def hosted_hits(draw: st.DrawFn) -> list[Met]:
    """Hits on lists that the caller does not hold."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        scheme = draw(st.sampled_from([None, *SCHEMES]))
        one = msgspec.structs.replace(
            draw(entries()),
            id=f"entry {number}",
            scheme=scheme,
            classification=draw(st.sampled_from(SCHEMES[scheme])) if scheme else None,
            series=draw(st.sampled_from(["", "a series"])),
            victim_identified=draw(st.sampled_from([None, True, False])),
        )
        kind, bits = draw(st.sampled_from([("sha256", 0), ("pdq", 0), ("pdq", 9)]))
        match = Match(kind, "00" * 32, one.id, bits, draw(st.sampled_from(["hosted", "hosted too"])), "7")
        found.append(Met(match, one, draw(st.sampled_from(["known", "removal", "known-good", "negative"]))))
    return sorted(found, key=lambda met: met.match.distance)


def stranger(level: str) -> Caller:
    hears = {"hosted": level, "hosted too": level}
    return Caller("0" * 32, "0" * 64, Asker(name="Stranger"), hears=hears, policy=POLICY)


def told(caller: Caller, ground: Stand, hits: list[Met], more: int) -> Result:
    return judging.result(judging.judge(caller, ground, hits, more), SIGNAL, "mine", caller, coarse=False)


@pytest.mark.once
@given(hosted_hits(), hosted_hits(), st.sampled_from(STANDS), st.integers(0, 3), st.integers(0, 3))
def test_an_answer_is_made_of_what_follows_and_of_nothing_else(
    hits: list[Met], others: list[Met], ground: Stand, more: int, further: int
) -> None:
    caller = stranger("verdict")
    one, other = told(caller, ground, hits, more), told(caller, ground, others, further)
    assert one.verdict.act == judging.judge(stranger("all"), ground, hits, more).verdict.act
    assume(one.verdict.act == other.verdict.act)
    assert ENCODERS[JSON].encode(one) == ENCODERS[JSON].encode(other)


@given(hosted_hits(), st.sampled_from(STANDS))
def test_a_class_is_told_besides_where_the_keeper_lets_it_and_all_where_it_lets_all(
    hits: list[Met], ground: Stand
) -> None:
    alone, classed = (told(stranger(level), ground, hits, 0) for level in ("verdict", "class"))
    judged = judging.judge(stranger("all"), ground, hits, 0)
    expected = {(met.entry.classification, met.entry.scheme) for met, act in judged.told if act != "none"}
    assert {(one.classification, one.scheme) for one in classed.classes} == {one for one in expected if one[0]}
    assert msgspec.structs.replace(classed, classes=()) == alone
    held = msgspec.structs.replace(stranger("all"), hears={})
    assert told(stranger("all"), ground, hits, 2) == told(held, ground, hits, 2)


@pytest.mark.once
@given(hosted_hits(), st.sampled_from(STANDS), st.sampled_from(LEVELS), st.sampled_from(LEVELS))
def test_what_is_heard_of_every_list_is_heard_of_each_that_is_not_named_nor_held(
    hits: list[Met], ground: Stand, named: str, every: str
) -> None:
    one, each = (
        msgspec.structs.replace(stranger("all"), hears=hears)
        for hears in ({"*": every, "hosted": named}, {"hosted": named, "hosted too": every})
    )
    assert told(one, ground, hits, 1) == told(each, ground, hits, 1)
    holder = msgspec.structs.replace(one, holds=("hosted", "hosted too"))
    assert told(holder, ground, hits, 1).hits == told(stranger("all"), ground, hits, 1).hits
    assert one.hears_all(declared.LIST), "the test entry is answered alike to everybody"


@given(hosted_hits(), entries(), st.sampled_from(STANDS))
def test_beside_a_list_that_it_holds_it_hears_what_it_would_have_heard_of_that_and_the_highest_act(
    hits: list[Met], own: Entry, ground: Stand
) -> None:
    caller, mine = stranger("verdict"), [Met(Match("sha256", "00" * 32, own.id, 0, "held", "1"), own, "known")]
    both, alone = told(caller, ground, [*mine, *hits], 0), told(caller, ground, mine, 0)
    assert both.hits == alone.hits
    assert both.verdict.act == judging.judge(stranger("all"), ground, [*mine, *hits], 0).verdict.act
    assert both.verdict in {alone.verdict, judging.Verdict(both.verdict.act, (judging.HOSTED,), ground=ground)}


MARK = "unmistakable"
VOTES = tuple(Vote(f"{MARK} {n}", "positive", c, "independent", f"{MARK}-1", MARK) for n, c in ((1, "DK"), (2, "SE")))


def marked(name: str, extra: tuple[Signal, ...] = ()) -> Entry:
    """An entry of which each field could be told from any other."""
    return msgspec.structs.replace(
        entry(name, *VOTES, more=extra),
        id=f"{MARK} id {name}",
        classification=f"{MARK}-1",
        scheme=MARK,
        source=f"{MARK} source",
        series=f"{MARK} series",
        basis=f"{MARK} basis",
        licence=MARK,
        viewed_by=(f"{MARK} viewer",),
        extra={"more": MARK},
    )


HELD = entry("held too", Vote("Hotline A", "positive", "DK", "independent"))
SECRET = [marked("hidden", (Signal("sha1", b"\xab" * 20),)), marked("held too")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lists = tmp_path_factory.mktemp("lists")
    publish(lists / "held", [HELD], name="held", release="r1")
    publish(lists / "secret", SECRET, name="secret", release="r1")
    with running(lists) as found:
        for level in LEVELS:
            found.admit(level, lists=("held", "secret"), hears={"secret": level})
        found.admit("every", holds=("held",), lists=("*",), hears={"*": "verdict"})
        until(lambda: found.ask("GET", "/api/lists", who="all").status == 200)
        yield found


def bodies() -> dict[str, object]:
    """Of each call that takes a body."""
    signals = [{"kind": "sha256", "value": sha256(name).hex()} for name in ("hidden", "held too")]
    signals += [{"kind": "pdq", "value": near(pdq("hidden"), bits).hex()} for bits in range(3)]
    values = [base64.b64encode(near(pdq(name), 5)).decode() for name in ("hidden", "held too")]
    return {
        "/api/lookups": {"signals": signals},
        "/v1/pdq": {"hashes": values},
        "/m/compare": {"pdq": [pdq("hidden").hex(), near(pdq("hidden"), 3).hex()]},
    }


def asked_of_all(service: Running, who: str) -> Iterator[tuple[str, bytes]]:
    """All that any call of any protocol answers to a caller, asked with the very signals of the list."""
    numbers = [hma.content_id(one.id) for one in SECRET] + [hma.content_id("hosted")]
    hidden = f"signal={near(pdq('hidden'), 2).hex()}&signal_type=pdq"
    sha = f"signal={sha256('held too').hex()}&signal_type=video_sha256"
    for route in ALL_ROUTES:
        names = ["SECRET", "HELD", hma.HOSTED_BANK] if "{name}" in route.path else [""]
        for name in names:
            for number in numbers if "{number}" in route.path else [0]:
                path = re.sub("{(name|entry|member|kind)}", name, route.path).replace("{number}", str(number))
                tails = [f"?{hidden}", f"?{sha}&include_distance=true"] if "lookup" in route.path else [""]
                tails += ["?include_signals=true"] if "{number}" in route.path else []
                for query in tails if route.method == "GET" else [""]:
                    answer = service.ask(route.method, path + query, bodies().get(route.path, b"{}"), who=who)
                    yield f"{route.method} {path}{query}", answer.body
    question = bodies()["/api/lookups"]
    for media_type, body in (
        (MESSAGEPACK, ENCODERS[MESSAGEPACK].encode(question)),
        ("application/x-ndjson", b"\n".join(map(msgspec.json.encode, question["signals"]))),  # type: ignore[index]
    ):
        headers = {"content-type": media_type, "accept": media_type}
        yield media_type, service.ask("POST", "/api/lookups", body, who=who, headers=headers).body


def secrets() -> list[bytes]:
    """What stands for an entry of the list: its words, its numbers, and hashes of it that were not asked."""
    numbers = [str(hma.content_id(one.id)).encode() for one in SECRET]
    return [MARK.encode(), *numbers, (b"\xab" * 20).hex().encode(), b"\xab" * 20, sha256("hidden")[:16].hex().encode()]


@pytest.mark.once
def test_no_answer_of_any_call_has_anything_of_a_list_that_the_caller_does_not_hold(service: Running) -> None:
    for who in ("verdict", "every"):
        found = dict(asked_of_all(service, who))
        assert [(call, one) for call, body in found.items() for one in secrets() if one in body] == []
    # The same calls tell it to who may hear it, so that this test can fail.
    leaks = {
        call.partition("?")[0] for call, body in asked_of_all(service, "all") if any(one in body for one in secrets())
    }
    assert {"POST /api/lookups", "GET /m/lookup", "GET /m/raw_lookup", MESSAGEPACK, "application/x-ndjson"} <= leaks
    assert f"GET /c/bank/SECRET/content/{hma.content_id(SECRET[0].id)}" in leaks


def test_each_protocol_still_says_that_something_follows(service: Running) -> None:
    reply = service.look_up(*bodies()["/api/lookups"]["signals"], who="verdict").json()  # type: ignore[index]
    assert [one["verdict"]["act"] for one in reply["results"]] == ["report", "report", "block", "block", "block"]
    assert [len(one.get("hits", ())) for one in reply["results"]] == [0, 1, 0, 0, 0]
    assert {one["name"]: "entries" in one for one in reply["lists"]} == {"held": True, "secret": False}
    classes = [one.get("classes") for one in service.look_up(*_hidden(), who="class").json()["results"]]
    assert classes == [[{"classification": f"{MARK}-1", "scheme": MARK}]]
    signal = f"signal={near(pdq('held too'), 2).hex()}&signal_type=pdq"
    banks = service.ask("GET", f"/m/lookup?{signal}", who="verdict").json()
    assert banks.pop(hma.HOSTED_BANK) == [{"bank_content_id": hma.content_id("hosted"), "distance": ""}]
    assert [*banks] == ["HELD"]
    kept = service.ask("GET", f"/c/bank/{hma.HOSTED_BANK}/content/{hma.content_id('hosted')}", who="verdict")
    assert kept.json()["bank"]["name"] == hma.HOSTED_BANK
    assert service.ask("GET", "/c/bank/SECRET", who="verdict").status == 404
    scanned = service.ask("POST", "/v1/pdq", bodies()["/v1/pdq"], who="verdict").json()["scanned_hashes"]
    assert [(one["classification"], one["match_type"]) for one in scanned.values()] == [
        (arachnid.KNOWN, None),
        (arachnid.KNOWN, "near"),
    ]


def _hidden() -> tuple[dict[str, Any], ...]:
    return ({"kind": "sha256", "value": sha256("hidden").hex()},)
