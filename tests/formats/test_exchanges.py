"""The feeds of NCMEC, StopNCII and ThreatExchange: what their pages say and a generic list cannot."""

from __future__ import annotations

import base64
import itertools
import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.reading import read
from tests.formats.values import digest, value_of

from vaern.formats import FormatError, ncmec_hashes, read_lists, stopncii
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NS = 'xmlns="https://hashsharing.ncmec.org/hashsharing/v2"'


def page(body: str, *, prolog: str = "") -> str:
    return f"{prolog}<queryResult {NS}><images>{body}</images></queryResult>"


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
    assert (entry.opinions, problems) == ({"Seven": "unsure"}, [])
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


BOMB = (
    "<!DOCTYPE l ["
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + '<!ENTITY a "lol">]>'
)
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


@pytest.mark.once
def test_a_record_that_never_ends_is_given_up_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ncmec_hashes, "MAX_RECORD", 1 << 18)
    good = image(f"<fingerprints><md5>{digest(1)}</md5></fingerprints>")
    entries, problems = read(page(good + image("<x>y</x>" * 200_000) + good))
    assert len(entries) == 1
    assert "more than" in problems[-1].reason


def test_a_record_without_its_ids_is_a_problem() -> None:
    good = image(f"<fingerprints><md5>{digest(1)}</md5></fingerprints>")
    entries, problems = read(page(good.replace("<id>a</id>", "") + good.replace(' id="42"', "") + good))
    assert (len(entries), [p.line for p in problems]) == (1, [1, 2])


GOOD = f"<fingerprints><md5>{digest(1)}</md5></fingerprints>"


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_elements_are_the_same_in_any_case(change: Callable[[str], str]) -> None:
    content = page(image(GOOD) + image("", "deletedVideo").replace(">a<", ">b<"))
    other = re.sub(r"(</?)(\w+)", lambda found: found[1] + change(found[2]), content)
    entries, problems = read(other)
    assert ([(e.id, e.signals, e.recalled) for e in entries], problems) == (
        [(e.id, e.signals, e.recalled) for e in read(content)[0]],
        [],
    )


@pytest.mark.parametrize(
    ("group", "told", "is_told"),
    [("images", 500, True), ("images", 1, False), ("images", 0, True), ("videos", 2, True)],
)
def test_a_page_that_holds_other_than_it_counts_is_told(group: str, told: int, is_told: bool) -> None:
    both = f'<images>{image(GOOD)}</images><videos count="0"/>'
    counted = f'<{group} count="{told}">{image(GOOD)}</{group}>'
    entries, problems = read(f"<queryResult {NS}>{both}{counted}</queryResult>")
    assert len(entries) == 2
    assert [f"holds {told} {group}; it holds 1" in p.reason for p in problems] == [True] * is_told


def test_what_is_said_to_be_missing_is_told_so_often_and_no_oftener() -> None:
    _, problems = read(f"<queryResult {NS}>" + '<images count="9"/>' * 5000 + "</queryResult>")
    assert len(problems) == 20


NEXT = "<paging><next>/v2/entries?start=2001&amp;size=1000</next></paging></queryResult>"


def more_pages() -> dict[str, tuple[str, str]]:
    """Of each feed with pages one that is not the last, and the last."""
    last = page(image(GOOD))
    update = {"id": "1", "indicator": digest(1), "type": "HASH_MD5", "descriptors": {"data": [{}]}}
    return {
        "ncmec": (last.replace("</queryResult>", NEXT), last),
        "stopncii": (pages(record(), hasMoreRecords=True, nextPageToken="x"), pages(record(), hasMoreRecords=False)),
        "threatexchange-json": (
            json.dumps({"data": [update], "paging": {"next": "https://graph.example/?access_token=secret"}}),
            json.dumps({"data": [update], "paging": {"cursors": {"after": "x"}}}),
        ),
    }


@pytest.mark.parametrize("feed", ["ncmec", "stopncii", "threatexchange-json"])
def test_a_page_that_another_follows_is_told_unless_that_one_is_read_after_it(feed: str, tmp_path: Path) -> None:
    names = ["first", "last", "other"]
    for name, content in zip(names, (*more_pages()[feed], f"{digest(1)}\n"), strict=True):
        (tmp_path / name).write_text(content)
    for order in itertools.permutations(names):
        readings = read_lists(tmp_path / name for name in order)
        problems = [one for reading in readings for one in reading if isinstance(one, Problem)]
        complete = order[order.index("first") :][1:2] == ("last",)
        assert [("another page follows" in p.reason, "secret" in p.reason) for p in problems] == (
            [] if complete else [(True, False)]
        )
        assert [bool(reading.missing) for reading in readings] == [name == "first" and not complete for name in order]
    if feed != "ncmec":  # which are documents one after another
        assert read("".join(more_pages()[feed]))[1] == []
        assert len(read("".join(more_pages()[feed][::-1]))[1]) == 1


def update(number: int, moment: int = 0, **more: object) -> str:
    said = {"id": "7", "indicator": digest(number), "type": "HASH_MD5", "descriptors": {"data": [{}]}, **more}
    return json.dumps({"data": [said | ({"last_updated": moment} if moment else {})]})


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ((update(1), update(2)), 1),
        ((update(1), update(1)), 0),  # pages that overlap say the same
        ((update(1), update(2), update(3)), 2),
        ((update(1), update(2, 1_700_000_000)), 1),
        ((update(1, 1_600_000_000), update(2, 1_700_000_000)), 0),
        ((update(1), update(1, should_delete=True), update(2)), 0),  # the recall stands between them
    ],
)
def test_two_versions_without_a_time_are_told_and_both_count(pages: tuple[str], told: int, tmp_path: Path) -> None:
    for number, content in enumerate(pages):
        (tmp_path / f"{number}.json").write_text(content)
    items = list(itertools.chain.from_iterable(read_lists(sorted(tmp_path.iterdir()))))
    problems = [one for one in items if isinstance(one, Problem)]
    assert len(problems) == told
    assert all("both count" in one.reason and f"of {tmp_path / '0.json'}" in one.reason for one in problems)
    assert sum(isinstance(one, Entry) for one in items) == len(pages)
    in_one, together = read("".join(pages))
    assert (len(in_one), len(together)) == (len(pages), told)


@given(data=st.data(), feed=st.sampled_from(["ncmec", "stopncii", "threatexchange-json"]))
def test_no_record_of_a_feed_is_lost_in_silence(data: st.DataObject, feed: str) -> None:
    """Whatever the order of its parts, what repeats, what is spoilt, and where the file ends."""
    numbers = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=6))
    spoilt = [data.draw(st.sampled_from(["", "", "zz"])) for _ in numbers]
    records = []
    for at, (number, bad) in enumerate(zip(numbers, spoilt, strict=True)):
        value = digest(number) + bad
        if feed == "ncmec":
            fingerprints = f"<fingerprints><md5>{value}</md5></fingerprints>"
            parts = [
                '<member id="42">M</member>',
                f"<id>e{at}</id>",
                fingerprints,
                "<classification>A1</classification>",
            ]
            records.append(f"<image>{''.join(data.draw(st.permutations(parts)))}</image>")
            continue
        fields = {
            "stopncii": {"signalType": "VideoMD5", "hashValue": value, "hashStatus": "Active", "caseNumbers": {}},
            "threatexchange-json": {
                "id": f"e{at}",
                "type": "HASH_MD5",
                "indicator": value,
                "descriptors": {"data": [{}]},
            },
        }[feed]
        records.append(json.dumps(dict(data.draw(st.permutations(list(fields.items()))))))
    head, tail = {
        "ncmec": (f"<queryResult {NS}><images>", "</images></queryResult>"),
        "stopncii": ('{"hashRecords":[', "]}"),
        "threatexchange-json": ('{"data":[', "]}"),
    }[feed]
    content = head + ("" if feed == "ncmec" else ",").join(records) + tail
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(len(head), len(content) - 1)))
    entries, problems = read(content[:cut], feed)
    found = [signal.value.hex() for entry in entries for signal in entry.signals]
    lines = {p.line for p in problems}
    whole = 0
    for at, record_ in enumerate(records):
        end = content.index(record_, len(head) if not at else whole) + len(record_)
        whole = end
        if end > cut:
            assert any("stopped" in p.reason for p in problems)
            break
        assert (digest(numbers[at]) in found) if not spoilt[at] else at + 1 in lines
    assert len(entries) <= len(records)


def test_a_count_of_stopncii_that_does_not_fit_is_told() -> None:
    (_,), (problem,) = read(pages(record(), count=7))
    assert "holds 7 records; it holds 1" in problem.reason


@pytest.mark.parametrize(
    ("content", "updated"),
    [
        (page(image(GOOD + "<timestamp>2017-10-24T15:00:00Z</timestamp>")), "2017-10-24T15:00:00Z"),
        (page(image(GOOD + "<timestamp>2017-10-24T17:00:00.5+02:00</timestamp>")), "2017-10-24T15:00:00.500000Z"),
        (page(image(GOOD)), ""),
    ],
)
def test_an_entry_says_when_it_was_changed(content: str, updated: str) -> None:
    (entry,), problems = read(content)
    assert (entry.updated, problems) == (updated, [])


def test_a_moment_that_cannot_be_read_is_told() -> None:
    (entry,), (problem,) = read(page(image(GOOD + "<timestamp>yesterday</timestamp>")))
    assert entry.updated == ""
    assert "timestamp" in problem.reason


def test_the_json_feeds_say_when_an_entry_was_changed() -> None:
    (entry,), _ = read(pages(record(lastModtimestamp=1625167804)))
    assert entry.updated == "2021-07-01T19:30:04Z"
    update = {"id": "1", "indicator": digest(1), "type": "HASH_MD5", "last_updated": 1625167804, "should_delete": True}
    (entry,), _ = read(json.dumps({"data": [update]}))
    assert entry.updated == "2021-07-01T19:30:04Z"


def record(**fields: object) -> dict[str, object]:
    return {"signalType": "ImagePDQ", "hashValue": digest(1, "pdq"), "hashStatus": "Active", **fields}


def pages(*records: object, **page: object) -> str:
    return json.dumps({"count": len(records), "hashRecords": list(records), **page})


@pytest.mark.parametrize(
    ("status", "recalled"),
    [
        ("Received", False),
        ("Active", False),
        ("Withdrawn", True),
        ("Deleted", True),
        ("withdrawn", True),
        ("DELETED", True),
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
        ("Blocked", "positive"),
        ("NotBlocked", "negative"),
        ("PendingReview", "unsure"),
        ("QualityUnknown", "unsure"),
        ("Unknown", "unsure"),
        ("None", None),
        (None, None),
        ("Withdrawn", None),
        ("Deleted", None),
    ],
)
def test_feedback_is_a_vote_and_stays_readable(feedback: str | None, vote: str | None) -> None:
    given = [{"source": "Example", "feedbackValue": feedback, "tags": ["t"]}, "nonsense", {}]
    (entry,), _ = read(pages(record(CSPFeedbacks=given)))
    assert entry.opinions == ({} if vote is None else {"Example": vote})
    assert '"tags":["t"]' in entry.extra["CSPFeedbacks"]


@pytest.mark.parametrize("kind", ["Text", "URL", "Unknown", "New"])
@pytest.mark.parametrize("status", ["Active", "Withdrawn"])
def test_what_is_no_signal_of_media_is_one_problem_and_recalls_nothing(kind: str, status: str) -> None:
    other = record(signalType=kind, hashValue="x", hashStatus=status)
    entries, problems = read(pages(record(), other, record(hashValue=digest(2, "pdq"))))
    assert ([entry.recalled for entry in entries], [p.line for p in problems]) == ([False, False], [2])


def test_a_corrupt_value_of_half_the_length_is_quarantined() -> None:
    """Real data held one (facebook/ThreatExchange issue 1609), and it broke the index of another tool."""
    entries, problems = read(pages(record(hashValue=digest(1)), record()))
    assert [(p.line, p.quarantined) for p in problems] == [(1, True), (1, False)]
    assert len(entries) == 1


def test_saved_pages_one_after_another_are_one_list() -> None:
    entries, problems = read(pages(record()) + "\n" + pages(record(hashValue=digest(2, "pdq"))))
    assert (len(entries), problems) == (2, [])


@pytest.mark.parametrize("statuses", list(itertools.product(["Active", "Withdrawn"], repeat=2)))
def test_long_values_that_begin_alike_are_two_entries(statuses: tuple[str, str]) -> None:
    """All TMK values of videos of one length begin with the same header."""
    values = [base64.b64encode(bytes(range(1, 201)) + value_of(n, 400)).decode() for n in (1, 2)]
    videos = [
        {"signalType": "VideoTMK", "hashValue": value, "hashStatus": status}
        for value, status in zip(values, statuses, strict=True)
    ]
    entries, problems = read(pages(*videos))
    assert ([entry.recalled for entry in entries], problems) == ([status == "Withdrawn" for status in statuses], [])
    assert len({entry.id for entry in entries}) == 2
    again, _ = read(pages(*videos))
    assert [entry.id for entry in again] == [entry.id for entry in entries]
    rows = [{"indicator": value, "type": "HASH_TMK", "descriptors": {"data": [{}]}} for value in values]
    assert len({entry.id for entry in read(json.dumps({"data": rows}), "threatexchange-json")[0]}) == 2
    lines = [f"HASH_TMK,{value},c\n" for value in values]
    assert len({entry.id for entry in read("".join(["signal_type,signal_str,collab\n", *lines]))[0]}) == 2
