"""NCMEC, StopNCII and ThreatExchange: what their documents say and a generic list cannot."""

from __future__ import annotations

import json

import pytest
from tests.formats.reading import read
from tests.formats.values import digest

from vaern.formats import FormatError, stopncii, threatexchange

NS = 'xmlns="https://hashsharing.ncmec.org/hashsharing/v2"'


def page(body: str, *, prolog: str = "") -> str:
    return f'{prolog}<queryResult {NS}><images count="1">{body}</images></queryResult>'


def image(inner: str, name: str = "image") -> str:
    return f'<{name}><member id="42">Example</member><id>a</id>{inner}</{name}>'


def test_fingerprints_by_address_and_unknown_ones_are_kept() -> None:
    tags = "<tmk-pdqf rel='self' href='/v2/x'/><newhash>abc</newhash><ssvh-pdna>ab01</ssvh-pdna>"
    inner = f"<fingerprints>{tags}</fingerprints>"
    (entry,), problems = read(page(image(inner)))
    assert problems == []
    assert entry.extra["to be fetched: tmk-pdqf"] == "/v2/x"
    assert entry.extra["fingerprint newhash"] == "abc"
    assert entry.extra["ssvh is"] == "ssvh-pdna"
    assert [(s.kind, s.value) for s in entry.signals] == [("ssvh", b"\xab\x01")]


def test_an_entry_with_nothing_but_an_address_is_kept_for_fetching() -> None:
    (entry,), problems = read(page(image("<fingerprints><videntifier href='/v2/x'/></fingerprints>")))
    assert (entry.signals, problems) == ((), [])


def test_two_members_may_list_the_same_entry() -> None:
    both = image(f"<fingerprints><md5>{digest(1)}</md5></fingerprints>")
    entries, _ = read(page(both + both.replace('"42"', '"43"')))
    assert [entry.id for entry in entries] == ["42/a", "43/a"]


def test_a_member_that_says_both_is_unsure_and_the_detail_is_kept() -> None:
    who = "<members timestamp='t'><member id='7'>Seven</member></members>"
    feedback = (
        f"<feedback><affirmativeFeedback type='Md5'>{who}</affirmativeFeedback>"
        f"<negativeFeedback type='Sha1'><reasons><reason guid='g' name='Why' type='Sha1'/>{who}"
        "</reasons></negativeFeedback>"
        "<newFeedback/></feedback>"
    )
    (entry,), problems = read(page(image(f"<fingerprints><md5>{digest(1)}</md5></fingerprints>{feedback}")))
    assert (entry.votes, problems) == ({"Seven": "unsure"}, [])
    detail = json.loads(entry.extra["feedback"])
    assert [(one["vote"], one["type"], one.get("reason")) for one in detail] == [
        ("positive", "Md5", None),
        ("negative", "Sha1", "Why"),
    ]
    assert "feedback newFeedback" in entry.extra


def test_a_prefix_for_the_namespace_does_not_matter() -> None:
    plain = page(image(f"<fingerprints><md5>{digest(1)}</md5></fingerprints>"))
    prefixed = plain.replace("<", "<h:").replace("<h:/", "</h:").replace("xmlns=", "xmlns:h=")
    assert read(prefixed) == read(plain)


@pytest.mark.parametrize("declared", ["ISO-8859-1", "UTF-8", "UTF-16"])
def test_the_declared_encoding_is_followed(declared: str) -> None:
    content = page(
        image(f"<fingerprints><md5>{digest(1)}</md5></fingerprints>").replace("Example", "Bræin"),
        prolog=f'<?xml version="1.0" encoding="{declared}"?>',
    )
    (entry,), problems = read(content.encode(declared))
    assert (entry.source, problems) == ("Bræin", [])


BOMB = "<!DOCTYPE l [" + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + '<!ENTITY a "lol">]>'  # fmt: skip
FILE = '<!DOCTYPE l [<!ENTITY b SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [BOMB, FILE, "<!DOCTYPE queryResult SYSTEM 'http://example.example/x.dtd'>"])
def test_a_document_with_a_dtd_is_refused_whatever_the_dtd_says(doctype: str) -> None:
    content = page(image(f"<x>&b;</x><fingerprints><md5>{digest(1)}</md5></fingerprints>"), prolog=doctype)
    with pytest.raises(FormatError, match="DTD"):
        read(content)
    entries, problems = read(content, "ncmec")
    assert entries == []
    assert "DTD" in problems[-1].reason
    hidden = content.replace("<!DOCTYPE", f"<!--{' ' * 70_000}--><!DOCTYPE")
    entries, problems = read(hidden, "ncmec")
    assert entries == []
    assert len(problems) == 1


def test_a_record_that_never_ends_is_given_up_before_it_fills_the_memory() -> None:
    good = image(f"<fingerprints><md5>{digest(1)}</md5></fingerprints>")
    entries, problems = read(page(good + image("<x>y</x>" * 1_000_000) + good))
    assert len(entries) == 1
    assert "more than" in problems[-1].reason


def test_a_record_without_its_ids_is_a_problem() -> None:
    good = image(f"<fingerprints><md5>{digest(1)}</md5></fingerprints>")
    entries, problems = read(page(good.replace("<id>a</id>", "") + good.replace(' id="42"', "") + good))
    assert (len(entries), [p.line for p in problems]) == (1, [1, 2])


def record(**fields: object) -> dict[str, object]:
    return {"signalType": "ImagePDQ", "hashValue": digest(1, "pdq"), "hashStatus": "Active", **fields}


def pages(*records: object) -> str:
    return json.dumps({"count": len(records), "hashRecords": list(records)})


@pytest.mark.parametrize(
    ("status", "recalled"),
    [
        ("Received", False),
        ("Active", False),
        ("Withdrawn", True),
        ("Deleted", True),
        ("Unknown", False),
        ("New", False),
    ],
)
def test_the_status_says_what_is_recalled(status: str, recalled: bool) -> None:
    (entry,), problems = read(pages(record(hashStatus=status)))
    assert (entry.recalled, entry.extra["hashStatus"], problems) == (recalled, status, [])
    assert entry.source == stopncii.SOURCE == "StopNCII: not reviewed, adults"
    assert entry.classification is None


@pytest.mark.parametrize(
    ("feedback", "vote"),
    [
        ("Blocked", "positive"), ("NotBlocked", "negative"), ("PendingReview", "unsure"), ("QualityUnknown", "unsure"),
        ("Unknown", "unsure"), ("None", None), (None, None), ("Withdrawn", None), ("Deleted", None),
    ],
)  # fmt: skip
def test_feedback_is_a_vote_and_stays_readable(feedback: str | None, vote: str | None) -> None:
    given = [{"source": "Example", "feedbackValue": feedback, "tags": ["t"]}, "nonsense", {}]
    (entry,), _ = read(pages(record(CSPFeedbacks=given)))
    assert entry.votes == ({} if vote is None else {"Example": vote})
    assert '"tags":["t"]' in entry.extra["CSPFeedbacks"]


@pytest.mark.parametrize("kind", ["Text", "URL", "Unknown", "New"])
def test_what_is_no_signal_of_media_is_a_problem(kind: str) -> None:
    entries, problems = read(
        pages(record(), record(signalType=kind, hashValue="x"), record(hashValue=digest(2, "pdq")))
    )
    assert (len(entries), {p.line for p in problems}) == (2, {2})


def test_a_corrupt_value_of_half_the_length_is_quarantined() -> None:
    """Real data held one (facebook/ThreatExchange issue 1609), and it broke the index of another tool."""
    entries, problems = read(pages(record(hashValue=digest(1)), record()))
    assert [(p.line, p.quarantined) for p in problems] == [(1, True), (1, False)]
    assert len(entries) == 1


def test_saved_pages_one_after_another_are_one_list() -> None:
    entries, problems = read(pages(record()) + "\n" + pages(record(hashValue=digest(2, "pdq"))))
    assert (len(entries), problems) == (2, [])


def test_what_the_tool_of_threatexchange_writes_is_read() -> None:
    content = (
        "collab,signal_type,signal_str,category,tags\r\n"
        f"Sample Signals,pdq,{digest(1, 'pdq')},INVESTIGATION_SEED,a b\r\n"
        f"Sample Signals,video_md5,{digest(2)},POSITIVE_CLASS,\r\n"
        "Sample Signals,raw_text,bball now?,NEGATIVE_CLASS,\r\n"
        f"Sample Signals,video_sha256,{digest(3, 'sha256')},NEGATIVE_CLASS,\r\n"
    )
    entries, problems = read(content)
    assert [(e.signals[0].kind, e.votes) for e in entries] == [
        ("pdq", {"Sample Signals": "unsure"}),
        ("md5", {"Sample Signals": "positive"}),
        ("sha256", {"Sample Signals": "negative"}),
    ]
    assert {p.line for p in problems} == {4}
    assert all(entry.classification is None for entry in entries)


@pytest.mark.parametrize(("kind", "name"), [("pdq", "pdq.csv"), ("pdq", "simple.HASH_PDQ.te"), ("md5", "x.csv")])
@pytest.mark.parametrize("indicator", ["", "99,"])
def test_its_older_files_say_the_kind_in_their_name(kind: str, name: str, indicator: str) -> None:
    rows = [f"{indicator}{digest(n, kind)},{n}17,2020-07-31T18:47:52+0000,disputed sample\n" for n in (1, 2)]
    entries, problems = read("".join(rows), name=name)
    assert problems == []
    assert [(e.id, e.signals[0].kind, e.extra["labels"]) for e in entries] == [
        ("117", kind, "disputed sample"),
        ("217", kind, "disputed sample"),
    ]


def test_without_such_a_name_it_asks() -> None:
    row = f"{digest(1, 'pdq')},17,2020-07-31T18:47:52+0000,\n"
    with pytest.raises(FormatError, match="'signal'"):
        read(row)
    assert len(read(row, "threatexchange-csv", columns={"signal": "pdq"})[0]) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("HASH_PDQ", "pdq"), ("HASH_MD5", "md5"), ("HASH_VIDEO_MD5", "md5"), ("HASH_VIDEO_SHA256", "sha256"),
        ("HASH_TMK", "tmk"), ("HASH_URL_MD5", None), ("url_md5", None), ("HASH_PDQ_OCR", None), ("URI", None),
        ("HASH_TEXT_TLSH", None), ("photodna", "pdna"),
    ],
)  # fmt: skip
def test_signal_types(name: str, kind: str | None) -> None:
    assert threatexchange.kind_of_type(name) == kind


@pytest.mark.parametrize("tombstone", [{"should_delete": True}, {"should_delete": "true"}, {"should_delete": False}])
def test_a_tombstone_is_marked_or_has_no_descriptors(tombstone: dict[str, object]) -> None:
    update = {"id": "1", "indicator": digest(1), "type": "HASH_MD5", **tombstone}
    (entry,), problems = read(json.dumps({"data": [update]}))
    assert (entry.id, entry.recalled, problems) == ("1", True, [])


def test_opinions_of_one_owner_that_differ_are_unsure() -> None:
    descriptors = [{"owner": {"id": "7"}, "status": status} for status in ("MALICIOUS", "NON_MALICIOUS")]
    update = {"id": "1", "indicator": digest(1), "type": "HASH_MD5", "descriptors": {"data": descriptors}}
    assert read(json.dumps({"data": [update]}))[0][0].votes == {"7": "unsure"}
