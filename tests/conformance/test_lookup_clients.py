"""The look-up service judged by the clients that others use, unchanged, and by requests as they send them."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.lookup.lists import AGAINST, OTHER, OWN, entry, near, pdq, sha256, write_lists
from tests.lookup.service import Running, running, until

from vaern.formats.ncmec_hashes_write import number_of
from vaern.lookup import declared
from vaern.lookup.foreign.hma import NO_HASHER, content_id
from vaern.lookup.spool import Answered, Feedback
from vaern.matching import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = Path(__file__).with_name("lookup_clients.py")
MANY = 1200


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lists = tmp_path_factory.mktemp("lists")
    write_lists(lists)
    publish(
        lists / "known",
        [entry("disputed", OWN, OTHER, AGAINST), *(entry(f"one {number}", OWN) for number in range(MANY))],
        name="known",
        release="r2",
        withdrawn=["id filler 7"],
    )
    with running(lists) as found:
        yield found


def client(python: str, name: str, service: Running, argument: str, who: str = "holder") -> Any:
    command = [python, str(PROGRAM), name, service.address, service.keys[who], argument]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def handed_out(service: Running) -> int:
    return sum(one.entries for one in service.spool() if isinstance(one, Answered) and one.protocol == "ncmec")


def purposes(service: Running, protocol: str) -> set[str]:
    """What the ledger will have as the purpose of the calls of a client that cannot say one."""
    return {one.purpose for one in service.spool() if isinstance(one, Answered) and one.protocol == protocol}


@pytest.mark.once
def test_ncmecs_client_reads_every_entry_and_votes(service: Running, second_reader: str) -> None:
    before = handed_out(service)
    said = client(second_reader, "ncmec", service, "known")
    ids = {one["id"].removeprefix("id%20").replace("%20", " "): one for one in said["updates"]}
    assert len(said["updates"]) == len(ids) == MANY + 57
    assert said["pages"][0] == 1000
    assert len(said["pages"]) == 2
    assert said["estimates"][0] >= MANY
    assert ids["filler 7"]["deleted"] is True
    assert ids["one 3"]["fingerprints"]["pdq"] == pdq("one 3").hex()
    disputed = ids["disputed"]["feedback"]["MD5"]
    assert sorted(one["feedback_type"] for one in disputed) == ["downvote", "upvote", "upvote"]
    assert {one["member"]["esp_name"] for one in disputed} == {"Hotline A", "Hotline B", "Police D"}
    first = said["updates"][0]["id"].replace("%20", " ")
    given = [one for one in service.spool() if isinstance(one, Feedback) and one.protocol == "ncmec"]
    assert [(one.entry, one.kind, one.opinion, len(one.reasons)) for one in given] == [
        (first, "pdq", "positive", 0),
        (first, "md5", "negative", 1),
    ]
    assert handed_out(service) - before == MANY + 57, "what was handed out is written down"
    assert purposes(service, "ncmec") == {"service:hosting"}


@pytest.mark.once
def test_stopnciis_client_reads_every_hash_and_gives_feedback(service: Running, second_reader: str) -> None:
    said = client(second_reader, "stopncii", service, "known")
    by_value = {one["hashValue"]: one for one in said["records"]}
    assert by_value[pdq("one 3").hex()]["hashStatus"] == "Active"
    assert by_value[pdq("filler 7").hex()]["hashStatus"] == "Deleted"
    assert len(by_value) >= MANY
    assert len(said["pages"]) == 2
    assert said["later"] >= 0
    given = [one for one in service.spool() if isinstance(one, Feedback) and one.protocol == "stopncii"]
    assert [(one.kind, one.opinion, one.reasons) for one in given] == [
        ("pdq", "negative", ("a tag",)),
        ("pdq", "", ("new",)),
    ]
    assert purposes(service, "stopncii") == {"service:hosting"}


@pytest.mark.once
def test_threatexchanges_client_reads_every_update(service: Running, second_reader: str) -> None:
    service.admit("reader", scopes=("lookup.ask", "lookup.lists"), holds=("known",), purpose="exchange")
    until(lambda: service.ask("GET", "/api/lists", who="reader").status == 200)
    every, of_pdq = client(second_reader, "threatexchange", service, number_of("known"), "reader")
    assert len({one["id"] for one in every}) == len(every)
    assert {one["type"] for one in of_pdq} == {"HASH_PDQ"}
    values = {one["indicator"]: one for one in of_pdq}
    assert values[pdq("one 3").hex()]["gone"] is False
    assert values[pdq("filler 7").hex()]["gone"] is True
    assert len(of_pdq) == MANY + 55
    assert purposes(service, "threatexchange") == {"exchange"}


@pytest.mark.once
def test_arachnid_shields_client_reads_every_answer(service: Running, foreign: Callable[..., Path]) -> None:
    asked = {
        "known": base64.b64encode(pdq("two views")).decode(),
        "near": base64.b64encode(near(pdq("one view"), 9)).decode(),
        "new": base64.b64encode(pdq("nobody knows")).decode(),
    }
    said = client(
        str(foreign("python", "arachnid_shield_sdk")), "arachnid", service, ",".join(asked.values()), "hosting"
    )
    found = {name: said["hashes"][value] for name, value in asked.items()}
    assert [found[name]["classification"] for name in asked] == ["csam", "csam", "no-known-match"]
    assert [found[name]["match_type"] for name in asked] == ["exact", "near", None]
    assert "hashes alone" in said["refused"]
    assert purposes(service, "arachnid") == {"service:hosting"}


@pytest.mark.parametrize("path", ["/v1/pdq", "/v1/pdq/"])
def test_arachnid_shields_test_class(service: Running, path: str) -> None:
    value = base64.b64encode(declared.TEST_PDQ).decode()
    answer = service.ask("POST", path, {"hashes": [value]}).json()
    assert answer["scanned_hashes"][value]["classification"] == "test"
    wrong = service.ask("POST", path, {"hashes": [value, "AAAA"]})
    assert (wrong.status, "hashes[1]" in wrong.json()["detail"]) == (400, True)
    assert service.ask("POST", "/v1/url", {"url": "https://a.example/"}).status == 403


def hma(service: Running, path: str, method: str = "GET", **more: Any) -> Any:
    """A request as Coop sends it: its base address holds the key and ends with a slash, so that a path has two."""
    return service.ask(method, f"/as/{service.keys['holder']}/{path}", who=None, **more)


def test_requests_as_coop_sends_them(service: Running) -> None:
    assert hma(service, "/c/banks").json() == [
        {"matching_enabled_ratio": 1.0, "name": "KNOWN"},
        {"matching_enabled_ratio": 1.0, "name": "VAERN_TEST"},
    ]
    assert hma(service, "/c/bank/KNOWN").json() == {"matching_enabled_ratio": 1.0, "name": "KNOWN"}
    assert hma(service, "/c/bank/OTHER").status == 404
    value = near(pdq("two views"), 4).hex()
    found = hma(service, f"/m/lookup?signal={value}&signal_type=pdq").json()
    assert found == {"KNOWN": [{"bank_content_id": content_id("id two views"), "distance": "4"}]}
    number = found["KNOWN"][0]["bank_content_id"]
    assert number < 1 << 53
    content = hma(service, f"/c/bank/KNOWN/content/{number}?include_signals=true&include_metadata=true").json()
    assert content["signals"]["pdq"] == pdq("two views").hex()
    assert content["metadata"]["content_id"] == "id two views"
    assert (content["id"], content["disable_until_ts"], content["bank"]["name"]) == (number, 1, "KNOWN")
    assert "signals" not in hma(service, f"/c/bank/KNOWN/content/{number}").json()
    assert "metadata" not in hma(service, f"/c/bank/KNOWN/content/{number}?include_metadata=false").json()


@pytest.mark.parametrize(
    ("method", "path", "body", "says"),
    [
        ("POST", "/c/banks", {"name": "NEW", "enabled_ratio": "1"}, "read-only"),
        ("PUT", "/c/bank/KNOWN", {"enabled_ratio": "0.5"}, "read-only"),
        ("DELETE", "/c/bank/KNOWN", b"", "read-only"),
        ("POST", "/c/bank/KNOWN/content?url=https://a.example/x&content_id=1&metadata=%7B%7D", b"", NO_HASHER),
        ("POST", "/c/bank/KNOWN/signal", {"pdq": "00" * 32}, "read-only"),
        ("PUT", "/c/bank/KNOWN/content/1", {"disable_until_ts": 0}, "read-only"),
        ("PUT", "/c/signal_type/pdq", {"enabled_ratio": "1"}, "read-only"),
        ("POST", "/c/exchanges", {"bank": "A", "api": "ncmec", "api_json": {}}, "read-only"),
        ("GET", "/m/lookup?url=https://a.example/x&content_type=photo", b"", NO_HASHER),
        ("POST", "/m/lookup", b"\xff\xd8\xff", NO_HASHER),
        ("GET", "/h/hash?url=https://a.example/x", b"", NO_HASHER),
        ("POST", "/h/hash", b"\xff\xd8\xff", NO_HASHER),
    ],
)
def test_what_would_bring_something_in_is_refused(
    service: Running, method: str, path: str, body: Any, says: str
) -> None:
    answer = hma(service, path, method, body=body)
    assert answer.status == 403
    assert says in answer.json()["message"]


def test_requests_as_fetlifes_client_sends_them(service: Running) -> None:
    value = sha256("two views").hex()[:32]
    known = content_id("id two views")
    raw = hma(service, f"m/raw_lookup?signal={value}&signal_type=video_md5").json()
    assert raw == {"matches": [known]}
    raw = hma(service, f"m/raw_lookup?signal={value}&signal_type=video_md5&include_distance=true").json()
    assert raw == {"matches": [{"bank_content_id": known, "distance": ""}]}
    assert hma(service, f"m/lookup?signal={value}&signal_type=video_md5&banks=OTHER,VAERN_TEST").json() == {}
    same = pdq("two views").hex()
    compared = hma(service, "m/compare", "POST", body={"pdq": [same, near(pdq("two views"), 32).hex()]}).json()
    assert compared == {"pdq": [False, {"distance": 32}]}
    status = hma(service, "m/index/status").json()
    assert status["pdq"]["present"] is True
    assert status["pdq"]["size"] > MANY
    assert hma(service, "m/index/status?signal_type=pdq").json() == {"pdq": status["pdq"]}


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("m/lookup?signal=zz&signal_type=pdq", 400, "invalid signal: invalid PDQ hash"),
        ("m/lookup?signal=00&signal_type=tmk", 400, "No such SignalType 'tmk'"),
        ("m/lookup", 400, "Either url or both signal and signal_type are required"),
        ("m/index/status?signal_type=x", 400, "No such signal type 'x'"),
        ("c/bank/KNOWN/content/1", 404, "content not found"),
        ("c/exchange/x", 404, "Exchange not found"),
    ],
)
def test_errors_are_hmas_own(service: Running, path: str, status: int, message: str) -> None:
    answer = hma(service, path)
    assert (answer.status, answer.json()) == (status, {"message": message})


def test_without_the_scope_or_the_list_no_content_leaves(service: Running) -> None:
    number = content_id("id two views")
    for path in (
        f"/c/bank/KNOWN/content/{number}?include_signals=true",
        "/ncmec/known/v2/entries",
        "/stopncii/known/FetchHashes",
        "/threatexchange/known/threat_updates/",
    ):
        answer = service.ask("GET", path, who="hosting")
        assert answer.status == 403
        assert pdq("two views").hex().encode() not in answer.body
    for path in ("/ncmec/good/v2/entries", "/stopncii/good/FetchHashes", "/threatexchange/junk/threat_updates/"):
        assert service.ask("GET", path, who="holder").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/ncmec/known/v2/entries?from=yesterday",
        "/ncmec/known/v2/entries?from=99999-01-01T00:00:00Z",
        "/ncmec/known/v2/entries?size=1001",
        "/ncmec/known/v2/entries?size=-1",
        "/ncmec/known/v2/entries?after=nonsense",
        "/stopncii/known/FetchHashes?pageSize=0",
        "/stopncii/known/FetchHashes?startTimestamp=soon",
        "/stopncii/known/FetchHashes?nextPageToken=nonsense",
        "/stopncii/known/FetchHashes?nextPageToken=1-2-3.99999999999999999999999",
        "/threatexchange/known/threat_updates/?limit=100000",
        "/threatexchange/known/threat_updates/?start_time=99999999999999",
    ],
)
def test_a_wrong_span_or_page_is_refused(service: Running, path: str) -> None:
    assert service.ask("GET", path, who="holder").status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><feedbackSubmission>&b;</feedbackSubmission>',
        b"<feedbackSubmission><negative/></feedbackSubmission>",
        b"<feedbackSubmission><negative><reasonIds><guid>x</guid></reasonIds></negative></feedbackSubmission>",
    ],
)
def test_feedback_that_is_none_is_refused_and_nothing_is_kept(service: Running, body: bytes) -> None:
    before = len(service.spool())
    path = f"/ncmec/known/v2/entries/{number_of('known')}/id%20two%20views/PDQ/feedback"
    assert service.ask("PUT", path, body, who="holder").status == 400
    assert service.ask("PUT", path.replace("two", "no"), body, who="holder").status == 404
    assert len(service.spool()) == before


def test_a_page_goes_on_where_the_last_ended_and_a_second_is_never_cut(service: Running) -> None:
    seen: list[str] = []
    since = "2026-11-02T00:00:00Z"  # after what was on the list from its beginning: what came within this second
    path = f"/ncmec/known/v2/entries?from={since}&size=400"
    while path:
        answer = service.ask("GET", path, who="holder").body.decode()
        seen += [part.partition("</id>")[0] for part in answer.split("<id>")[1:]]
        assert len(seen) == len(set(seen))
        assert answer.count("</id>") <= 400
        following = answer.partition("<next>")[2].partition("</next>")[0].replace("&amp;", "&")
        path = f"/ncmec/known{following}" if following else ""
    assert len(seen) == MANY + 3
