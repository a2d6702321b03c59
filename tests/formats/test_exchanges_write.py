"""Documents of NCMEC, StopNCII and ThreatExchange out: what is written is read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.formats.entries import free, moments, some_signals, spellings
from tests.formats.reading import read
from tests.formats.values import ids, texts, value_of

from vaern.formats import ncmec_hashes_write, read_bytes, stopncii_write, threatexchange_write
from vaern.formats.left import Left
from vaern.formats.moments import moment_of
from vaern.formats.ncmec_hashes_write import Feedback, Member, Reason
from vaern.records import Entry, Signal, Vote

if TYPE_CHECKING:
    from pathlib import Path

US = Member("7", "Our organisation")
xml_texts = free.map(lambda text: "".join(sign for sign in text if sign.isprintable()).strip()).filter(bool)


@st.composite
def of_ncmec(draw: st.DrawFn) -> Entry:
    """An entry as a page of NCMEC gives it."""
    signals = draw(some_signals("md5", "sha1", "pdna", "pdq", "tmk", plain=True))
    at = draw(moments)
    extra = {"type": draw(st.sampled_from(["image", "video"])), "timestamp": at}
    if draw(st.booleans()):
        extra["to be fetched: videntifier"] = "/v2/entries/1/fingerprints/VIDENTIFIER"
        extra["fingerprint newHash"] = draw(xml_texts)
        extra["novelty"] = draw(xml_texts)
    votes: dict[str, Vote] = {}
    detail = []
    for name in draw(st.lists(xml_texts, max_size=3, unique=True)):
        opinion = draw(st.sampled_from(["positive", "negative"]))
        reason = draw(st.just("") | xml_texts) if opinion == "negative" else ""
        when = draw(moments)
        votes[name] = Vote(name, opinion, at=when, reason=reason)
        why = {"reason": reason, "guid": "g-1"} if reason else {}
        detail.append({"member": "9", "name": name, "vote": opinion, "type": "Md5", **why, "at": when})
    if detail:
        extra["feedback"] = json.dumps(detail, ensure_ascii=False, separators=(",", ":"))
    classification = draw(st.none() | xml_texts)
    return Entry(
        f"{draw(ids)}/{draw(ids)}",
        signals,
        classification,
        "NCMEC" if classification else None,
        tuple(votes.values()),
        draw(xml_texts),
        draw(st.booleans()),
        spellings(signals, extra, draw(st.integers(0, 5))),
        at,
    )


def plain(entry: Entry) -> tuple[object, ...]:
    return (
        *(getattr(entry, name) for name in Entry.__struct_fields__ if name not in {"signals", "extra"}),
        list(entry.signals),
        {name: json.loads(text) if name == "feedback" else text for name, text in entry.extra.items()},
    )


@pytest.mark.once
@given(st.lists(of_ncmec(), min_size=1, max_size=4, unique_by=lambda entry: entry.id))
def test_a_page_of_ncmec_is_read_back(before: list[Entry]) -> None:
    left = Left()
    page = ncmec_hashes_write.query_result(before, member=US, left=left)
    found, problems = read(page)
    assert problems == []
    images = [one for one in before if one.extra["type"] == "image"]
    videos = [one for one in before if one.extra["type"] == "video"]
    assert [plain(one) for one in found] == [plain(one) for one in (*images, *videos)]
    assert (left.written, dict(left.entries), dict(left.fields)) == (len(before), {}, {})


@pytest.mark.parametrize("name", ["entries_xml.xml", "entries_xml2.xml", "entries_large_fingerprints.xml"])
def test_a_page_of_ncmecs_own_samples_comes_through(vectors: Path, name: str) -> None:
    folder = vectors / "hash-exchange/ncmec-hash-sharing-v2"
    before, _ = read((folder / name).read_bytes())
    after, problems = read(ncmec_hashes_write.query_result(before, member=US))
    assert problems == []
    assert after == before


def test_an_entry_of_another_source_is_ours_and_what_has_no_place_is_counted() -> None:
    vote = (Vote("A", "positive", at="2026-01-01T00:00:00Z"), Vote("B", "unsure"), Vote("C", "negative", reason="why"))
    entry = Entry(
        "d41d", (Signal("md5", value_of(1, 16)),), "1", "VICS 2.0 UK", vote, extra={"Comments": "x"}, series="S"
    )
    left = Left()
    page = ncmec_hashes_write.query_result([entry], member=US, following="/v2/entries?a=1&b=2", left=left)
    (found,), (more,) = read(page)
    assert (found.id, found.source, found.classification, found.signals) == ("7/d41d", US.name, None, entry.signals)
    assert found.opinions == {"A": "positive", "C": "negative"}
    assert found.votes[0].at == "2026-01-01T00:00:00Z"
    assert "/v2/entries?a=1&b=2" in more.reason
    assert left.fields == {
        "Class, VICS 2.0 UK": 1,
        ncmec_hashes_write.UNSURE: 1,
        "further values": 1,
        "series": 1,
    }


@given(texts | st.just("a\0b\x0b"))
def test_text_that_xml_cannot_hold_makes_no_broken_page(text: str) -> None:
    entry = Entry("1/1", (Signal("md5", value_of(1, 16)),), text, "NCMEC", (Vote(text, "positive"),), text)
    etree.fromstring(ncmec_hashes_write.query_result([entry], member=US))
    etree.fromstring(ncmec_hashes_write.members([Member(text, text)]))
    etree.fromstring(ncmec_hashes_write.feedback_reasons("PDQ", [Reason(text, text)]))
    etree.fromstring(ncmec_hashes_write.status(Member(text, text), text, text))


@given(st.booleans(), st.lists(ids, max_size=3, unique=True))
def test_feedback_is_read_back(affirmative: bool, guids: list[str]) -> None:
    feedback = Feedback(affirmative, () if affirmative else tuple(guids))
    assert ncmec_hashes_write.read_feedback(ncmec_hashes_write.feedback_submission(feedback)) == feedback


def test_feedback_of_the_samples_is_read(vectors: Path) -> None:
    folder = vectors / "hash-exchange/ncmec-hash-sharing-v2"
    read_feedback = ncmec_hashes_write.read_feedback
    assert read_feedback((folder / "affirmative_feedback_xml.xml").read_bytes()) == Feedback(affirmative=True)
    no = read_feedback((folder / "negative_feedback_xml.xml").read_bytes())
    assert not no.affirmative
    assert no.reasons


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "<a/>",
        "<feedbackSubmission/>",
        "<feedbackSubmission><affirmative/><negative/></feedbackSubmission>",
        "<feedbackSubmission><negative><reasonIds><guid> </guid></reasonIds></negative></feedbackSubmission>",
        '<!DOCTYPE a [<!ENTITY b "c">]><feedbackSubmission><affirmative/></feedbackSubmission>',
    ],
)
def test_what_is_no_feedback_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ncmec_hashes_write.read_feedback(body.encode())


@st.composite
def of_stopncii(draw: st.DrawFn) -> Entry:
    """An entry as a page of StopNCII gives it: made by hand, so that the writer is not its own judge."""
    (signal,) = draw(some_signals("pdq", "md5", most=1, plain=True))
    votes = draw(
        st.lists(st.tuples(texts, st.sampled_from(["positive", "negative"])), max_size=3, unique_by=lambda v: v[0])
    )
    seconds = draw(st.integers(1, 4_000_000_000))
    recalled = draw(st.booleans())
    kind = {"pdq": "ImagePDQ", "md5": "VideoMD5"}[signal.kind]
    said = {"positive": "Blocked", "negative": "NotBlocked"}
    feedback = [{"source": who, "feedbackValue": said[what], "tags": []} for who, what in votes]
    record = {
        "lastModtimestamp": seconds,
        "signalType": kind,
        "hashValue": signal.value.hex(),
        "hashStatus": draw(st.sampled_from(["Withdrawn", "Deleted"])) if recalled else "Active",
        "caseNumbers": draw(st.dictionaries(ids, st.sampled_from(["Active", "Withdrawn"]), max_size=2)),
        "CSPFeedbacks": feedback,
        "newField": draw(texts),
    }
    (entry,), problems = read(json.dumps({"count": 1, "hashRecords": [record]}), "stopncii")
    assert problems == []
    return entry


@pytest.mark.once
@given(st.lists(of_stopncii(), min_size=1, max_size=4, unique_by=lambda entry: entry.id))
def test_a_page_of_stopncii_is_read_back(before: list[Entry]) -> None:
    left = Left()
    page = stopncii_write.fetch_hashes(before, next_token=None, next_timestamp=1, left=left)
    after, problems = read(page)
    assert problems == []
    assert after == before
    assert (left.written, dict(left.entries), dict(left.fields)) == (len(before), {}, {})


def test_a_page_of_stopncii_says_that_another_follows() -> None:
    entry = Entry("x", (Signal("pdq", value_of(1, 32)), Signal("sha256", value_of(1, 32))), series="S")
    left = Left()
    page = stopncii_write.fetch_hashes([entry], next_token="t-1", next_timestamp=5, left=left)
    said = json.loads(page)
    assert (said["count"], said["hasMoreRecords"], said["nextPageToken"], said["nextSetTimestamp"]) == (
        1,
        True,
        "t-1",
        5,
    )
    _, problems = read(page)
    assert ["hasMoreRecords" in problem.reason for problem in problems] == [True]
    assert left.fields == {"sha256: no signal there": 1, "series": 1}


@pytest.mark.parametrize("prefix", ["", "StopNCIISignalType."])
def test_hashes_that_a_client_submits_are_read(prefix: str) -> None:
    value = value_of(1, 32).hex()
    body = json.dumps({"count": 1, "hashRecords": [{"signalType": f"{prefix}ImagePDQ", "hashValue": value}]})
    found = [*read_bytes(stopncii_write.submitted_hashes(body.encode()), "a call", format="stopncii")]
    assert [one.id for one in found if isinstance(one, Entry)] == [f"ImagePDQ/{value}"]


def test_feedback_that_a_client_submits_is_read() -> None:
    rows = [
        {"hashValue": "ab", "feedbackValue": "Blocked", "tags": ["t"]},
        {"hashValue": "cd", "feedbackValue": "StopNCIICSPFeedbackValue.NotBlocked"},
        {"hashValue": "ef", "feedbackValue": "PendingReview"},
        {"hashValue": "01", "feedbackValue": "Withdrawn"},
    ]
    found = stopncii_write.read_feedback(stopncii_write.submission("hashFeedbacks", rows))
    assert [(one.value, one.opinion, one.tags) for one in found] == [
        ("ab", "positive", ("t",)),
        ("cd", "negative", ()),
        ("ef", "unsure", ()),
        ("01", None, ()),
    ]
    again = [stopncii_write.feedback_row(one) for one in found]
    assert stopncii_write.read_feedback(stopncii_write.submission("hashFeedbacks", again)) == found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"hashFeedbacks": 1}',
        b'{"count": 2, "hashFeedbacks": []}',
        b'{"hashFeedbacks": [1]}',
        b'{"hashFeedbacks": [{"hashValue": "a", "feedbackValue": "Nonsense"}]}',
        b'{"hashFeedbacks": [{"hashValue": "a", "feedbackValue": "Blocked", "tags": [1]}]}',
        b'{"hashFeedbacks": [{"feedbackValue": "Blocked"}]}',
    ],
)
def test_what_is_no_submission_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        stopncii_write.read_feedback(body)


@st.composite
def of_threatexchange(draw: st.DrawFn) -> Entry:
    """An entry as a page of threat_updates gives it."""
    (signal,) = draw(some_signals("pdq", "md5", "sha256", most=1, plain=True))
    kind = draw(st.sampled_from([f"HASH_{signal.kind.upper()}", f"HASH_VIDEO_{signal.kind.upper()}"]))
    statuses = st.sampled_from(["MALICIOUS", "NON_MALICIOUS", "UNKNOWN", "SUSPICIOUS"])
    opinions = draw(st.lists(st.tuples(texts, statuses), min_size=1, max_size=3, unique_by=lambda one: one[0]))
    update = {
        "id": draw(ids),
        "indicator": signal.value.hex(),
        "type": kind,
        "creation_time": draw(st.integers(1, 2**31)),
        "last_updated": draw(st.integers(1, 2**31)),
        "should_delete": draw(st.booleans()),
        "tags": draw(st.lists(texts, min_size=1, max_size=2)),
        "descriptors": {
            "data": [
                {"id": str(n), "owner": {"id": "1", "name": who}, "status": said, "last_updated": 5 + n}
                for n, (who, said) in enumerate(opinions)
            ]
        },
    }
    (entry,), problems = read(json.dumps({"data": [update]}), "threatexchange-json")
    assert problems == []
    return entry


@pytest.mark.once
@given(st.lists(of_threatexchange(), min_size=1, max_size=4, unique_by=lambda entry: entry.id))
def test_a_page_of_threatexchange_is_read_back(before: list[Entry]) -> None:
    left = Left()
    after, problems = read(threatexchange_write.threat_updates(before, left=left))
    assert problems == []
    assert after == before
    assert (left.written, dict(left.entries), dict(left.fields)) == (len(before), {}, {})


def test_an_entry_without_opinions_is_no_tombstone_and_one_with_more_signals_is_several() -> None:
    signals = (Signal("pdq", value_of(1, 32)), Signal("md5", value_of(1, 16)))
    before = [
        Entry("e", signals, source="A hotline", updated="2026-01-01T00:00:00Z"),
        Entry("gone", recalled=True),
        Entry("voted", signals[:1], votes=(Vote("A", "positive", at="2026-01-01T00:00:00Z"), Vote("B", "unsure"))),
    ]
    page = threatexchange_write.threat_updates(before, following="https://x.example/?access_token=SECRET")
    after, (more,) = read(page)
    assert "SECRET" not in more.reason
    assert [(one.id, one.recalled) for one in after] == [("e", False), ("e/2", False), ("gone", True), ("voted", False)]
    assert [one.signals for one in after] == [signals[:1], signals[1:], (), signals[:1]]
    assert after[0].opinions == {"A hotline": "unsure"}
    assert after[0].updated == before[0].updated
    assert after[3].opinions == {"A": "positive", "B": "unsure"}
    assert moment_of(after[3].votes[0].at) == moment_of("2026-01-01T00:00:00Z")
