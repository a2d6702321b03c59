"""Other people's clients of the exchanges, unchanged, over the documents that we write; and what they miss.

`threatexchange` 1.2.17 speaks to servers in this process that answer with our pages: see `conftest.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.client.polling import simulated
from tests.client.serving import Asked, Said, serving
from tests.formats.values import value_of

from vaern.formats import ncmec_hashes_write, read_bytes, stopncii_write, threatexchange_write
from vaern.formats.ncmec_hashes_write import Member, Reason
from vaern.records import Entry, Signal, Vote

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

US = Member("7", "Example")
AT = "2026-11-01T00:00:00Z"

NCMEC = """
import json, sys
from threatexchange.exchanges.clients.ncmec import hash_api
class Environment: value = sys.argv[1]
api = hash_api.NCMECHashAPI("user", "password", Environment())
def shown(page):
    return [
        {"id": one.id, "member": one.member_id, "type": one.entry_type.value, "deleted": one.deleted,
         "classification": one.classification, "fingerprints": one.fingerprints,
         "feedback": {kind: [[f.feedback_type.value, f.member.esp_id, f.member.esp_name, f.reason] for f in said]
                      for kind, said in one.feedback.items()}}
        for one in page.updates
    ]
said = {"status": list(vars(api.status()).values()), "members": [m.esp_name for m in api.members()],
        "reasons": api.feedback_reasons(hash_api.FingerprintType.pdq)}
said["entries"] = [shown(p) for p in api.get_entries_iter(start_timestamp=1700000000, end_timestamp=1800000000)]
api.submit_feedback(7, "i1", hash_api.FingerprintType.pdq, hash_api.FeedbackType.upvote)
api.submit_feedback(7, "i1", hash_api.FingerprintType.pdq, hash_api.FeedbackType.downvote)
print(json.dumps(said))
"""

STOPNCII = """
import json, sys
from threatexchange.exchanges.clients.stopncii import api as a
keys = {a.StopNCIIEndpoint.SubmitFeedback: "feedback", a.StopNCIIEndpoint.SubmitHashes: "hashes"}
api = a.StopNCIIAPI("subscription", "fetch", keys, base_url_override=sys.argv[1])
pages = list(api.fetch_hashes_iter(start_timestamp=1))
value = pages[0].hashRecords[0].hashValue
api.submit_feedback(a.StopNCIISignalType.ImagePDQ, value, a.StopNCIICSPFeedbackValue.Blocked)
api.submit_hash(a.StopNCIISignalType.ImagePDQ, value)
print(json.dumps([[one.signalType.value, one.hashValue, one.hashStatus.value,
                   [[f.source, f.feedbackValue.value] for f in one.CSPFeedbacks]]
                  for page in pages for one in page.hashRecords]))
"""

THREATEXCHANGE = """
import json, sys
from threatexchange.exchanges.clients.fb_threatexchange import api as a
from threatexchange.exchanges.clients.fb_threatexchange.threat_updates import ThreatUpdateJSON
api = a.ThreatExchangeAPI("1|token", endpoint_override=sys.argv[1])
found = [ThreatUpdateJSON(one) for page in api.get_threat_updates(5, types=["HASH_PDQ"]) for one in page]
print(json.dumps([[one.id, one.indicator, one.threat_type, one.should_delete, one.time] for one in found]))
"""

POLL = """
import json, sys
from threatexchange.exchanges.clients.ncmec import hash_api
for line in sys.stdin:
    base, start, end = json.loads(line)
    class Environment: value = base
    api = hash_api.NCMECHashAPI("user", "password", Environment())
    pages = api.get_entries_iter(start_timestamp=start, end_timestamp=end)
    print(json.dumps([one.id for page in pages for one in page.updates]), flush=True)
"""


def asked_by(python: str, script: str, answer: Callable[[Asked], Any]) -> tuple[Any, list[Asked]]:
    """What their client makes of our answers, and what it asked."""
    with serving(answer) as server:
        done = subprocess.run([python, "-c", script, server.base], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), server.asked


def entry(number: int, **fields: Any) -> Entry:
    signals = (Signal("md5", value_of(number, 16)), Signal("pdq", value_of(number, 32)))
    told = {"signals": signals, "updated": AT, "source": "Example", **fields}
    return Entry(f"7/i{number}", **told)


@pytest.mark.once
def test_ncmecs_peer_client_reads_what_we_serve(second_reader: str) -> None:
    votes = (Vote("Hotline A", "positive", at=AT), Vote("Hotline B", "negative", at=AT, reason="Not that"))
    first = [entry(1, classification="A1", scheme="NCMEC", votes=votes)]
    second = [entry(2, recalled=True, signals=(), extra={"type": "video"})]
    link = "/v2/entries?from=2023-11-14T22:13:20Z&to=2027-01-15T08:00:00Z&start=1001&size=1000&max=1500"

    def answer(asked: Asked) -> Said | bytes:
        if asked.path == "/v2/status":
            return ncmec_hashes_write.status(US, "user", "127.0.0.1")
        if asked.path == "/v2/members":
            return ncmec_hashes_write.members([US, Member("8", "Other")])
        if asked.path.endswith("/reasons"):
            return ncmec_hashes_write.feedback_reasons("PDQ", [Reason("g1", "Not that")])
        if asked.method == "PUT":
            return ncmec_hashes_write.submission_result()
        if "start" in asked.query:
            return ncmec_hashes_write.query_result(second, member=US)
        return ncmec_hashes_write.query_result(first, member=US, following=link)

    said, asked = asked_by(second_reader, NCMEC, answer)
    assert said["status"] == [7, "Example"]
    assert said["members"] == ["Example", "Other"]
    assert said["reasons"] == {"g1": "Not that"}
    (one,), (gone,) = said["entries"]
    assert (one["id"], one["member"], one["classification"], one["deleted"]) == ("i1", 7, "A1", False)
    assert one["fingerprints"] == {"md5": value_of(1, 16).hex(), "pdq": value_of(1, 32).hex()}
    numbers = [int(ncmec_hashes_write.number_of(name)) for name in ("Hotline A", "Hotline B")]
    assert one["feedback"] == {
        "MD5": [["upvote", numbers[0], "Hotline A", ""], ["downvote", numbers[1], "Hotline B", "Not that"]]
    }
    assert (gone["id"], gone["type"], gone["deleted"]) == ("i2", "video", True)
    up = [one for one in asked if one.method == "PUT"]
    assert [one.path for one in up] == ["/v2/entries/7/i1/PDQ/feedback"] * 2
    read = [ncmec_hashes_write.read_feedback(one.body) for one in up]
    assert [(one.affirmative, one.reasons) for one in read] == [(True, ()), (False, ("g1",))]


@pytest.mark.once
def test_stopnciis_peer_client_reads_what_we_serve_and_we_what_it_submits(second_reader: str) -> None:
    votes = (Vote("A", "positive"), Vote("B", "negative"))
    values = [Entry("x", (Signal("pdq", value_of(1, 32)),), votes=votes, updated=AT)]
    more = [Entry("y", (Signal("md5", value_of(2, 16)),), recalled=True, updated=AT)]

    def answer(asked: Asked) -> bytes:
        if asked.method == "POST":
            return b"{}"
        if asked.query.get("nextPageToken"):
            return stopncii_write.fetch_hashes(more, next_token=None, next_timestamp=9)
        return stopncii_write.fetch_hashes(values, next_token="t", next_timestamp=9)

    said, asked = asked_by(second_reader, STOPNCII, answer)
    assert said == [
        ["ImagePDQ", value_of(1, 32).hex(), "Active", [["A", "Blocked"], ["B", "NotBlocked"]]],
        ["VideoMD5", value_of(2, 16).hex(), "Deleted", []],
    ]
    bodies = {one.path: one.body for one in asked if one.method == "POST"}
    (feedback,) = stopncii_write.read_feedback(bodies["/SubmitFeedback"])
    assert (feedback.value, feedback.opinion) == (value_of(1, 32).hex(), "positive")
    found = list(read_bytes(stopncii_write.submitted_hashes(bodies["/SubmitHashes"]), "a call", format="stopncii"))
    assert [one.id for one in found if isinstance(one, Entry)] == [f"ImagePDQ/{value_of(1, 32).hex()}"]


@pytest.mark.once
def test_threatexchanges_own_client_reads_what_we_serve(second_reader: str) -> None:
    values = [
        Entry("1", (Signal("pdq", value_of(1, 32)),), votes=(Vote("A", "positive"),), updated=AT),
        Entry("2", (Signal("pdq", value_of(2, 32)),), recalled=True, updated=AT),
    ]
    said, asked = asked_by(second_reader, THREATEXCHANGE, lambda _: threatexchange_write.threat_updates(values))
    assert said == [
        [1, value_of(1, 32).hex(), "HASH_PDQ", False, 1793491200],
        [2, value_of(2, 32).hex(), "HASH_PDQ", True, 1793491200],
    ]
    assert asked[0].path == "/5/threat_updates/"


@pytest.mark.once
@pytest.mark.parametrize(("zone", "seen"), [("UTC", 36), ("Europe/Copenhagen", 0), ("Asia/Tokyo", 0)])
def test_east_of_greenwich_the_peer_sees_nothing_of_six_hours(second_reader: str, zone: str, seen: int) -> None:
    """It writes local time as UTC, so that each window begins after what is in it. Ours sees 36: `tests/client`."""
    state = {"at": 0}
    process = subprocess.Popen(
        [second_reader, "-c", POLL],
        env={**os.environ, "TZ": zone},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout

    def poll(base: str, now: Callable[[], datetime]) -> set[str]:
        end = int(now().timestamp()) - 5
        start = state["at"] or end - 600
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps([base, start, end]) + "\n")
        process.stdin.flush()
        state["at"] = end
        return set(json.loads(process.stdout.readline()))

    with process:
        assert simulated(poll) == seen
        process.stdin.close()
