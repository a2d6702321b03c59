"""The service over HTTP: what is told to whom, what is kept of it, and what goes wrong how."""

from __future__ import annotations

import base64
import re
import socket
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.lookup.lists import AGAINST, OTHER, OWN, entry, near, pdq, sha256, write_lists
from tests.lookup.service import Running, running, until, within_a_day

from vaern.lookup import declared, http
from vaern.lookup.engine import states_of
from vaern.lookup.leaves import leaf_of, read_leaf
from vaern.lookup.replaying import Differs, replay
from vaern.lookup.spool import Alarm, Answered
from vaern.lookup.taking import asked_in
from vaern.matching import List, publish

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lists = tmp_path_factory.mktemp("lists")
    write_lists(lists)
    with running(lists) as found:
        yield found


HASH = base64.b64encode(pdq("x")).decode()
"""As Arachnid Shield writes a PDQ value."""


def exact(name: str, **more: Any) -> dict[str, Any]:
    return {"kind": "sha256", "value": sha256(name).hex(), **more}


def alike(name: str, bits: int = 3, **more: Any) -> dict[str, Any]:
    return {"kind": "pdq", "value": near(pdq(name), bits).hex(), **more}


def codes(verdict: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in verdict.get("lacks", ())}


@pytest.mark.parametrize(
    ("asked", "act", "lacks"),
    [
        (exact("two views"), "report", set()),
        (alike("two views"), "block", {"near"}),
        (exact("one view"), "block", {"independent", "countries"}),
        (exact("one vote"), "queue", {"votes", "countries", "independent"}),
        (exact("disputed"), "queue", {"disputed"}),
        (exact("also good"), "queue", {"known-good"}),
        (exact("only good"), "none", set()),
        (alike("grey", 0), "none", set()),
        (exact("nobody knows this"), "none", set()),
        ({"kind": "domain", "value": "bad.example"}, "report", set()),
        ({"kind": "domain", "value": "good.example"}, "none", set()),
        ({"kind": "keyword", "digest": sha256("word").hex()}, "report", set()),
        ({"kind": "pdna", "value": "00" * 144}, "none", {"kind"}),
        (alike("two views", quality=20), "none", {"quality"}),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_a_signal_and_what_follows(service: Running, asked: dict[str, Any], act: str, lacks: set[str]) -> None:
    answer = service.look_up(asked)
    assert answer.status == 200
    (result,) = answer.json()["results"]
    assert (result["verdict"]["act"], codes(result["verdict"])) == (act, lacks)


def test_a_hit_says_all_that_is_needed_to_judge_it(service: Running) -> None:
    (result,) = service.look_up(alike("two views", 5, id="mine", quality=90, orientation="mirrored")).json()["results"]
    (hit,) = result["hits"]
    assert result["id"] == "mine"
    assert (hit["kind"], hit["distance"], hit["quality"], hit["orientation"]) == ("pdq", 5, 90, "mirrored")
    assert (hit["list"], hit["release"], hit["entry"]) == ("known", "r1", "id two views")
    assert (hit["classification"], hit["scheme"]) == ("1", "alpha")
    assert {key: hit["votes"][key] for key in ("positive", "negative", "independent", "countries")} == {
        "positive": 2,
        "negative": 0,
        "independent": 2,
        "countries": 2,
    }
    assert [vote["organisation"] for vote in hit["votes"]["all"]] == [OWN.organisation, OTHER.organisation]
    assert result["verdict"]["because"]
    assert result["verdict"]["ground"]["state"] == "lawful"


def test_interpersonal_communication_in_the_union_has_an_unknown_ground_and_says_so(service: Running) -> None:
    answer = service.look_up(exact("two views"), who="mail").json()
    verdict = answer["results"][0]["verdict"]
    assert verdict["act"] == "queue"
    assert "ground-unknown" in codes(verdict)
    assert answer["ground"]["since"] == "2026-04-03"
    assert "2021/1232" in answer["ground"]["source"]


def test_a_coarse_caller_is_told_acts_alone(service: Running) -> None:
    answer = service.look_up(exact("two views", id="a"), exact("nothing"), who="coarse").json()
    assert answer["coarse"] is True
    assert answer["results"] == [{"verdict": {"act": "report"}, "id": "a"}, {"verdict": {"act": "none"}}]


def test_the_declared_test_entry_is_answered_to_all_and_nothing_follows(service: Running) -> None:
    service.admit("without lists", lists=())
    signals = [
        {"kind": "sha256", "value": declared.TEST_SHA256.hex()},
        {"kind": "pdq", "value": near(declared.TEST_PDQ, 9).hex()},
    ]
    until(lambda: service.look_up(*signals, who="without lists").status == 200)
    for who in ("hosting", "mail", "without lists"):
        for result in service.look_up(*signals, who=who).json()["results"]:
            assert result["verdict"]["act"] == "log"
            assert (result["hits"][0]["list"], result["hits"][0]["classification"]) == ("vaern-test", "test")


def test_a_caller_is_matched_against_its_lists_alone(service: Running) -> None:
    service.admit("junk only", lists=("junk",))
    until(lambda: service.look_up(exact("x"), who="junk only").status == 200)
    answer = service.look_up(exact("two views"), alike("grey"), who="junk only").json()
    assert [one["name"] for one in answer["lists"]] == ["junk"]
    assert [len(result.get("hits", [])) for result in answer["results"]] == [0, 1]
    assert answer["index"] != service.look_up(exact("x")).json()["index"]


def test_hits_beyond_the_callers_distance_are_not_told(service: Running) -> None:
    service.admit("strict", most_distance=4)
    until(lambda: service.look_up(exact("x"), who="strict").status == 200)
    results = service.look_up(alike("two views", 4), alike("two views", 5), who="strict").json()["results"]
    assert [len(result.get("hits", [])) for result in results] == [1, 0]


def test_a_call_is_made_again_as_far_as_its_caller_heard(service: Running) -> None:
    lists = [List.open(service.lists / name, verify=True) for name in ("good", "junk", "known")]
    signals = [alike("two views", bits) for bits in (0, 4, 5, 20)]
    asked = asked_in(msgspec.json.encode({"signals": signals}))
    known: dict[int, Answered] = {}
    for bits in (0, 4, 19, 256):
        service.admit(f"hears {bits}", most_distance=bits)
        until(lambda: service.look_up(exact("x"), who=f"hears {bits}").status == 200)  # noqa: B023 - called here
        call = service.look_up(*signals, who=f"hears {bits}").json()["call"]
        (known[bits],) = [one for one in service.spool() if isinstance(one, Answered) and one.call == call]
        states = states_of(lists)
        again = replay(read_leaf(leaf_of(known[bits])), states, asked, lists)
        assert [row.distance for row in again.hits] == [reach for reach in (0, 4, 5, 20) if reach <= bits]
    old = {bits: read_leaf(leaf_of(msgspec.structs.replace(one, most_distance=None))) for bits, one in known.items()}
    assert {leaf.v for leaf in old.values()} == {1}
    assert len(replay(old[256], states, asked, lists).hits) == 4
    with pytest.raises(Differs, match=r"answer: .* 4 hits, then 1"):
        replay(old[0], states, asked, lists)  # who made it heard less, and its leaf does not say so


def test_json_and_messagepack_say_the_same(service: Running) -> None:
    question = {"signals": [exact("two views"), alike("one view")], "purpose": "upload"}
    body = msgspec.msgpack.encode(question)
    packed = service.ask("POST", "/api/lookups", body, headers={"content-type": "application/msgpack"})
    assert packed.headers["content-type"] == "application/msgpack"
    plain = service.ask("POST", "/api/lookups", question).json()
    assert msgspec.msgpack.decode(packed.body)["results"] == plain["results"]
    crossed = service.ask("POST", "/api/lookups", question, headers={"accept": "application/msgpack"})
    assert msgspec.msgpack.decode(crossed.body)["results"] == plain["results"]


def test_what_is_told_is_in_the_spool_before(service: Running) -> None:
    answer = service.look_up(exact("two views"), alike("filler 3"), purpose="upload", reference="case 7").json()
    (kept,) = [one for one in service.spool() if isinstance(one, Answered) and one.call == answer["call"]]
    assert (kept.protocol, kept.purpose, kept.reference) == ("vaern", "upload", "case 7")
    assert (kept.key, kept.organisation) == (service.callers["hosting"].key, "id of hosting")
    assert (kept.counts, kept.index) == ({"sha256": 1, "pdq": 1}, answer["index"])
    assert [(row.number, row.entry, row.distance, row.act) for row in kept.hits] == [
        (0, "id two views", 0, "report"),
        (1, "id filler 3", 3, "queue"),
    ]


@pytest.mark.parametrize("of_key", ["", "night"])
@pytest.mark.parametrize("said", ["", "upload"])
def test_a_call_has_the_purpose_that_it_says_or_that_of_its_key_or_its_kind_of_service(
    service: Running, said: str, of_key: str
) -> None:
    who = f"for {of_key}"
    service.admit(who, purpose=of_key)
    until(lambda: service.look_up(exact("x"), who=who).status == 200)
    call = service.look_up(exact("x"), who=who, purpose=said).json()["call"]
    before = len(service.spool())
    assert service.ask("POST", "/v1/pdq", {"hashes": [HASH]}, who=who).status == 200
    assert service.ask("GET", f"/m/lookup?signal={pdq('x').hex()}&signal_type=pdq", who=who).status == 200
    (own,) = [one for one in service.spool()[:before] if isinstance(one, Answered) and one.call == call]
    foreign = [one for one in service.spool()[before:] if isinstance(one, Answered)]
    assert own.purpose == (said or of_key or "service:hosting")
    assert [(one.protocol, one.purpose) for one in foreign] == [
        (protocol, of_key or "service:hosting") for protocol in ("arachnid", "hma")
    ]


def test_a_large_call_is_answered_as_many_small_ones(service: Running) -> None:
    asked = [alike(f"filler {number % 60}", number % 40, id=str(number)) for number in range(600)]
    large = service.look_up(*asked).json()["results"]
    small = [service.look_up(*asked[at : at + 50]).json()["results"] for at in range(0, 600, 50)]
    assert large == [result for results in small for result in results]


def test_a_stream_is_answered_as_the_same_call_and_says_where_it_broke(service: Running) -> None:
    asked = [exact("two views", id="1"), alike("nothing", id="2"), exact("one view", id="3")]
    lines = b"\n".join(map(msgspec.json.encode, asked)) + b"\n\n"
    answer = service.ask("POST", "/api/lookups?purpose=night", lines, headers={"content-type": "application/x-ndjson"})
    *results, trailer = map(msgspec.json.decode, answer.body.splitlines())
    assert results == service.look_up(*asked).json()["results"]
    assert trailer["call"] in {one.call for one in service.spool() if isinstance(one, Answered)}
    broken = lines + b'{"kind": "md5", "value": 7}\n'
    answer = service.ask("POST", "/api/lookups", broken, headers={"content-type": "application/x-ndjson"})
    (refused,) = map(msgspec.json.decode, answer.body.splitlines())
    assert [fault["place"] for fault in refused["faults"]] == ["line 4.value"]


def test_a_key_that_enumerates_is_told_acts_alone_then_nothing_and_a_person_is_told(service: Running) -> None:
    within_a_day()
    service.admit("curious", hits_per_day=10)
    until(lambda: service.look_up(exact("x"), who="curious").status == 200)
    asked = [alike(f"filler {number}", 20) for number in range(30)]
    coarse = [service.look_up(one, who="curious").json()["coarse"] for one in asked[:20]]
    assert coarse == [False] * 10 + [True] * 10
    assert "hits" not in service.look_up(asked[0], who="curious").json()["results"][0]
    answered = sum(isinstance(one, Answered) for one in service.spool())
    for one in [*asked[20:], asked[0]]:
        refused = service.look_up(one, who="curious")
        assert refused.status == 429
        assert "20 distinct entries" in refused.body.decode()
        assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert sum(isinstance(one, Answered) for one in service.spool()) == answered, "what was refused was not told"
    key = service.callers["curious"].key
    alarms = [one.code for one in service.spool() if isinstance(one, Alarm) and one.key == key]
    assert alarms == ["enumeration", "stopped"]
    hma = service.ask("GET", f"/m/lookup?signal_type=pdq&signal={asked[0]['value']}", who="curious")
    assert hma.status == 429
    assert 0 < int(hma.headers["retry-after"]) <= 86_400


def test_too_many_calls_are_sent_away_with_the_time_to_come_again(service: Running) -> None:
    service.admit("slow", per_second=1, per_day=20)
    until(lambda: service.look_up(exact("x"), who="slow").status in {200, 429})
    answers = [service.look_up(*[exact("x")] * 5, who="slow") for _ in range(5)]
    refused = [one for one in answers if one.status == 429]
    assert refused, "however slowly they come, five times five are more than twenty a day"
    assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
    assert all(re.search("more than .* signals a (second|day)", one.json()["message"]) for one in refused)


@pytest.mark.parametrize(
    ("method", "path", "who", "status"),
    [
        ("POST", "/api/lookups", None, 401),
        ("GET", "/m/lookup?signal=00&signal_type=pdq", None, 401),
        ("GET", "/metrics", None, 401),
        ("GET", "/metrics", "hosting", 200),
        ("GET", "/status", None, 200),
        ("HEAD", "/status", None, 200),
        ("GET", "/status/live", None, 200),
        ("GET", "/health", None, 200),
        ("GET", "/api/lookups", "hosting", 405),
        ("GET", "/nothing", "hosting", 404),
        ("GET", "/api/lists", "hosting", 200),
        ("GET", "/m/lookup?" + "x" * 70_000, "hosting", 400),
        ("GET", "/m/lookup?signal=%FF&signal_type=pdq", "hosting", 400),
        ("GET", "/c/bank/%00%0A/", "hosting", 404),
    ],
)
def test_who_may_call_what(service: Running, method: str, path: str, who: str | None, status: int) -> None:
    answer = service.ask(method, path, who=who)
    assert answer.status == status
    if status == 401:
        assert "www-authenticate" in answer.headers
    if status == 405:
        assert answer.headers["allow"] == "POST"


def test_a_key_that_ends_or_lacks_the_scope_gets_nothing(service: Running) -> None:
    service.admit("ended", expires_at="2026-01-01T00:00:00+00:00")
    service.admit("other scope", scopes=("lookup.lists",))
    until(lambda: service.look_up(exact("x"), who="other scope").status == 403)
    assert service.look_up(exact("x"), who="ended").status == 401


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"signals": []}', "application/json", 422),
        (b"\xff" * 100, "application/msgpack", 422),
        (b"<a/>", "application/xml", 415),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_call_that_is_wrong_is_refused_whole(service: Running, body: bytes, media_type: str, status: int) -> None:
    before = len(service.spool())
    answer = service.ask("POST", "/api/lookups", body, headers={"content-type": media_type})
    assert answer.status == status
    assert answer.json()["message"]
    assert len(service.spool()) == before


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(service: Running, announced: bool) -> None:
    head = f"POST /api/lookups HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {service.keys['hosting']}\r\n"
    size = http.MOST_BYTES + 1
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as line:
        if announced:
            line.sendall(f"{head}content-length: {size}\r\n\r\n".encode())
        else:
            line.sendall(f"{head}transfer-encoding: chunked\r\n\r\n{size:x}\r\n".encode())
            line.sendall(b"x" * size)
        assert line.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/lookups HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /api/lookups HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET /status HTTP/1.1\r\n" + b"x: " + b"y" * 200_000,
        b"\x00" * 10_000,
    ],
    ids=range(6),
)
def test_bytes_that_are_no_request_disturb_nobody(service: Running, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        while line.recv(65_536):
            pass
    assert service.look_up(exact("two views")).status == 200


def test_a_body_that_does_not_come_is_not_waited_for_long(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.2)
    head = f"POST /api/lookups HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {service.keys['hosting']}\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as line:
        line.sendall(f"{head}content-length: 100\r\n\r\n{{".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 408")


def test_no_key_is_in_what_the_service_says(service: Running, caplog: pytest.LogCaptureFixture) -> None:
    key = service.keys["hosting"]
    told = [
        service.ask("GET", f"/as/{key}//c/banks", who=None),
        service.ask("GET", f"/as/{key}/nothing", who=None),
        service.ask("GET", f"/m/lookup?access_token={key}", who=None),
        service.ask("GET", f"/nothing?access_token={key}", who=None),
        service.ask("GET", "/metrics"),
    ]
    assert [one.status for one in told] == [200, 404, 400, 404, 200]
    for one in (*(answer.body.decode() for answer in told), caplog.text, repr(service.spool())):
        assert key not in one
        assert key[-43:] not in one


def test_metrics_count_what_was_answered(service: Running) -> None:
    def count(name: str) -> float:
        lines = service.ask("GET", "/metrics").body.decode().splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(name))

    before = count("vaern_lookup_signals_total"), count('vaern_lookup_requests_total{protocol="vaern",outcome="2xx"}')
    service.look_up(*[exact("two views")] * 7)
    assert count("vaern_lookup_signals_total") == before[0] + 7
    assert count('vaern_lookup_requests_total{protocol="vaern",outcome="2xx"}') > before[1]


def test_a_vote_a_recall_and_a_new_entry_are_answered_so(service: Running) -> None:
    asked = exact("changing")
    changes = [
        ([entry("changing", OWN, OTHER)], (), "report"),
        ([entry("changing", OWN, OTHER, AGAINST)], (), "queue"),
        ([], ("id changing",), "none"),
    ]
    for items, withdrawn, act in changes:
        publish(service.lists / "known", items, name="known", release="r1", withdrawn=withdrawn)
        until(lambda act=act: service.look_up(asked).json()["results"][0]["verdict"]["act"] == act)
    assert service.look_up(exact("two views")).json()["results"][0]["verdict"]["act"] == "report"
