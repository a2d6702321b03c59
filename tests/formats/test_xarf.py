"""XARF: what is read of each version, and what is written."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.arriving import MOMENTS, NOW, SIGNALS, URLS

from vaern.arrivals import Account, IpEvent, Location
from vaern.formats.xarf import CLASSES, OFFENCES, SCHEME, read, read_plain
from vaern.formats.xarf_write import (
    Contact,
    NotExpressibleError,
    Subject,
    classification_of,
    csam,
    csem,
    encoded,
    mail,
)

DESK = Contact("Hotline of Norland", "desk@hotline.example", "hotline.example")
REPORT_ID = uuid.UUID("7d4c1f52-0b1f-4c1c-9d8a-111111111111")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "xarf_version",
    "report_id",
    "timestamp",
    "reporter",
    "sender",
    "source_identifier",
    "category",
    "type",
    "url",
    "classification",
    "detection_method",
    "hash_values",
    "evidence",
    "_internal",
    "perpetrator_indicators",
    "Version",
    "Report",
    "ReporterInfo",
    "exploitation_type",
    "description",
    "verified_at",
)


def subject(**changes: Any) -> Subject:
    values: dict[str, Any] = {
        "reporter": DESK,
        "url": "https://files.example/a",
        "source": "192.0.2.7",
        "at": datetime(2026, 11, 1, 12, tzinfo=UTC),
        "report_id": REPORT_ID,
    }
    return Subject(**values | changes)


def whole(**changes: Any) -> dict[str, Any]:
    return csam(subject(), scheme=SCHEME, classification="A1", detection_method="manual_review") | changes


def faults(document: dict[str, Any]) -> dict[str, str]:
    return {fault.path: fault.said for fault in read(json.dumps(document).encode(), now=NOW).faults}


subjects = st.builds(
    Subject,
    reporter=st.just(DESK),
    url=URLS.map(lambda url: url.replace("é", "%C3%A9")),
    source=st.ip_addresses().map(str),
    at=MOMENTS,
    report_id=st.uuids(),
    description=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50),  # U+FFFD stands for NUL
    evidence=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), max_size=2).map(
        tuple
    ),
    verified_at=st.none() | MOMENTS,
)


@given(subject=subjects, value=st.sampled_from(CLASSES), signals=st.lists(SIGNALS, max_size=3))
def test_material_comes_back_as_it_was_written(subject: Subject, value: str, signals: list[Any]) -> None:
    document = csam(subject, scheme=SCHEME, classification=value, detection_method="hash_match", signals=signals)
    found = read(encoded(document), now=NOW)
    arrival = found.arrival
    assert arrival is not None
    assert not found.faults
    assert (arrival.reference, arrival.offence) == (str(subject.report_id), "material")
    assert arrival.incident_at == subject.at
    assert arrival.narrative == subject.description.strip()
    assert arrival.locations == (Location(subject.url, ip=subject.source, seen_at=subject.verified_at),)
    (file,) = arrival.files
    assert (file.classification, file.scheme) == (value, SCHEME)
    first = {signal.kind: signal for signal in reversed(signals)}
    assert {signal.kind: signal.value for signal in file.signals} == {kind: one.value for kind, one in first.items()}
    assert [text for path, text in arrival.unknown if path.endswith("payload")] == list(subject.evidence)


@given(subject=subjects, kind=st.sampled_from(sorted(OFFENCES)), ip=st.ip_addresses(v=4).map(str))
def test_exploitation_comes_back_as_it_was_written(subject: Subject, kind: str, ip: str) -> None:
    document = csem(subject, exploitation_type=kind, detection_method="user_report", account="u", addresses=[ip])
    found = read(encoded(document), now=NOW)
    assert found.arrival is not None
    assert not found.faults
    assert found.arrival.offence == OFFENCES[kind]
    assert found.arrival.accounts == (Account("suspect", identifier="u", ip_events=(IpEvent(ip),)),)
    assert dict(found.arrival.unknown)["exploitation_type"] == kind


@pytest.mark.parametrize(
    ("scheme", "value"), [("Norland", "C"), ("Norland", "A1"), ("NCMEC", "baseline"), (SCHEME, "C"), ("INTERPOL", "A1")]
)
def test_a_class_that_xarf_has_no_word_for_is_not_written_as_another(scheme: str, value: str) -> None:
    with pytest.raises(NotExpressibleError, match="plain notice"):
        classification_of(scheme, value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "no address"},
        {"url": "https://a.example/é"},
        {"url": "https://[x/"},
        {"source": " "},
        {"description": "x" * 1001},
        {"reporter": Contact("", "a@b.example", "b.example")},
        {"reporter": Contact("x" * 201, "a@b.example", "b.example")},
        {"reporter": Contact("x", "no", "b.example")},
        {"reporter": Contact("x", "a@b.example", "b_example")},
        {"evidence": ("x" * 5_242_881,)},
    ],
)
def test_what_the_schema_would_refuse_is_not_written(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotExpressibleError):
        csam(subject(**wrong), scheme=SCHEME, classification="A1", detection_method="manual_review")
    with pytest.raises(NotExpressibleError):
        csam(subject(), scheme=SCHEME, classification="A1", detection_method="guess")


def test_nothing_internal_and_no_screenshot_leaves() -> None:
    sent = json.loads(encoded(whole(_internal={"analyst": "a"}, screenshot_url="https://a.example/s.png")))
    assert not {"_internal", "screenshot_url"} & set(sent)


def test_pictures_and_internal_data_are_not_taken_and_told() -> None:
    picture = base64.b64encode(b"\x89PNG stands here").decode()
    document = whole(
        evidence=[{"content_type": "image/png", "payload": picture}, {"content_type": "text/plain", "payload": "eA=="}],
        _internal={"analyst": "SECRET"},
    )
    found = read(json.dumps(document).encode(), now=NOW)
    assert {fault.path for fault in found.faults} == {"evidence[0].payload", "_internal"}
    assert found.arrival is not None
    said = msgspec.json.encode(found).decode()
    assert picture not in said
    assert "SECRET" not in said
    assert ("evidence[1].payload", "x") in found.arrival.unknown


@pytest.mark.parametrize("missing", ["report_id", "timestamp", "source_identifier", "category", "type", "url"])
def test_what_is_missing_is_told_and_the_report_is_taken(missing: str) -> None:
    document = whole()
    del document[missing]
    assert missing in faults(document)
    assert read(json.dumps(document).encode(), now=NOW).arrival


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"xarf_version": "5.0.0"}, "xarf_version"),
        ({"report_id": "1"}, "report_id"),
        ({"timestamp": "2026-11-01 12:00:00"}, "timestamp"),
        ({"timestamp": "2030-11-01T12:00:00Z"}, "timestamp"),
        ({"reporter": {"org": "x", "domain": "x.example"}}, "reporter.contact"),
        ({"type": "phishing"}, "type"),
        ({"classification": "C"}, "classification"),
        ({"detection_method": "guess"}, "detection_method"),
        ({"hash_values": {"md5": "xx"}}, "hash_values.md5"),
        ({"url": "x"}, "url"),
    ],
)
def test_what_is_wrong_is_told_by_its_path(changes: dict[str, Any], path: str) -> None:
    assert set(faults(whole(**changes))) == {path}


def test_nul_is_taken_out_of_what_is_kept_as_a_line() -> None:
    found = read(json.dumps(whole(report_id="a\0b", url="https://h.example/\0")).encode(), now=NOW).arrival
    assert found
    assert (found.reference, found.locations[0].url) == ("a\ufffdb", "https://h.example/\ufffd")


def test_version_3_is_read() -> None:
    report = {
        "Version": "3",
        "ReporterInfo": {"ReporterContactEmail": "desk@hotline.example", "ReporterOrg": "Hotline"},
        "Report": {
            "ReportClass": "Content",
            "ReportType": "ChildAbuse",
            "Date": "2018-02-05T14:17:10Z",
            "SourceIp": "192.0.2.55",
            "SourcePort": 80,
            "SourceUrl": "http://files.example/a",
            "Attachment": [{"ContentType": "image/png", "Data": "iVBORw0KGgo"}],
        },
    }
    found = read(json.dumps(report).encode(), now=NOW)
    assert found.arrival is not None
    assert (found.arrival.offence, found.arrival.contact) == ("material", "desk@hotline.example")
    assert found.arrival.locations == (Location("http://files.example/a", ip="192.0.2.55"),)
    assert dict(found.arrival.unknown)["Report.SourcePort"] == "80"
    assert "iVBORw0KGgo" not in str(found)
    assert [fault.path for fault in found.faults] == ["Report.Attachment"]


def test_x_arf_02_is_read() -> None:
    text = """---
Reported-From: desk@hotline.example
Category: abuse
Report-Type: child-abuse
User-Agent: tool 1
Report-ID: 12@hotline.example
Date: Mon, 02 Nov 2026 10:00:00 +0100
Source: 192.0.2.9
Source-Type: ipv4
Port: 443
"""
    found = read_plain(text, now=NOW)
    assert not found.faults
    assert found.arrival is not None
    assert (found.arrival.reference, found.arrival.offence) == ("12@hotline.example", "material")
    assert found.arrival.incident_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert found.arrival.locations == (Location(ip="192.0.2.9"),)
    assert dict(found.arrival.unknown)["port"] == "443"
    assert read_plain("nothing: here", now=NOW).arrival is None
    odd = read_plain(text.replace("192.0.2.9", "somewhere").replace("child-abuse", "spam"), now=NOW)
    assert {fault.path for fault in odd.faults} == {"source", "report-type"}
    assert odd.arrival is not None
    assert odd.arrival.offence == "unclear"


@settings(max_examples=150)
@given(data=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_raise(data: bytes) -> None:
    found = read(data, now=NOW)
    assert (found.arrival is None) == any(fault.fatal for fault in found.faults)


@pytest.mark.once
@settings(max_examples=150)
@given(changes=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6), drop=st.sets(st.sampled_from(FIELDS)))
def test_no_changed_report_raises(changes: dict[str, Any], drop: set[str]) -> None:
    document = {name: value for name, value in (whole() | changes).items() if name not in drop}
    found = read(json.dumps(document).encode(), now=NOW)
    assert (found.arrival is None) == any(fault.fatal for fault in found.faults)


@given(
    st.text(max_size=80) | st.lists(st.sampled_from(["Report-Type: x", "Date: 1", "Source: ::", "x"])).map("\n".join)
)
def test_no_plain_text_raises(text: str) -> None:
    read_plain(text, now=NOW)


def test_deep_json_is_refused() -> None:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    assert read(deep, now=NOW).arrival is None


def test_a_name_that_looks_like_a_path_hides_nothing() -> None:
    document = whole() | {"reporter.contact": "SAID", "evidence[0].payload": "THIS", "x" * 5000: {"y": ["TOO"]}}
    found = read(json.dumps(document).encode(), now=NOW)
    assert found.arrival is not None
    said = {text for _path, text in found.arrival.unknown}
    assert {"SAID", "THIS", "TOO"} <= said
    assert max(len(path) for path, _text in found.arrival.unknown) < 200


def test_the_mail_has_the_three_parts() -> None:
    sent = mail(
        whole(), sender="desk@hotline.example", to="abuse@host.example", subject="Blåt", text="Hej på dig", at=NOW
    )
    message = message_from_bytes(sent, policy=policy.default)
    assert message.get_content_type() == "multipart/report"
    assert message["Content-Type"].params["report-type"] == "feedback-report"
    assert message["Subject"] == "Blåt"
    text, machine, attached = message.iter_parts()
    assert text.get_content().strip() == "Hej på dig"
    assert machine.get_content_type() == "message/feedback-report"
    assert "Feedback-Type: xarf" in machine.as_string()
    assert attached.get_content_type() == "application/json"
    assert attached.get_filename() == "xarf.json"
    assert attached["Content-Transfer-Encoding"] == "base64"
    assert json.loads(attached.get_content()) == whole()
    with pytest.raises(NotExpressibleError):
        mail(whole(), sender="a@b.example", to="c@d.example", subject="a\nBcc: x@y.example", text="", at=NOW)


def test_of_another_kind_of_abuse_it_is_seen_what_kind() -> None:
    given = {"xarf_version": "4.2.0", "category": "messaging", "type": "spam", "source_identifier": "192.0.2.1"}
    found = read(json.dumps(given).encode(), now=NOW)
    assert found.arrival is not None
    assert set(found.arrival.unknown) >= {("category", "messaging"), ("type", "spam")}
    older = read(json.dumps({"Version": "3", "Report": {"ReportType": "Phishing"}}).encode(), now=NOW)
    assert older.arrival is not None
    assert ("Report.ReportType", "Phishing") in older.arrival.unknown
    oldest = read_plain("Reported-From: a@b.example\nReport-Type: login-attack", now=NOW)
    assert oldest.arrival is not None
    assert ("report-type", "login-attack") in oldest.arrival.unknown
    ours = read(json.dumps({**given, "category": "content", "type": "csam"}).encode(), now=NOW)
    assert ours.arrival is not None
    assert not {"category", "type"} & {path for path, _text in ours.arrival.unknown}


@given(key=st.sampled_from(["md5", "MD5", "Md5", "sha256", "SHA-256", "sha_256", "Sha256", "PDQ", "SHA1", "sha-1"]))
def test_a_hash_is_read_however_its_name_is_written(key: str) -> None:
    length = {"m": 32, "p": 64}.get(key[0].lower(), 64 if "256" in key else 40)
    value = ("0123456789abcdef" * 4)[:length]
    found = read(json.dumps({"xarf_version": "4.2.0", "hash_values": {key: value}}).encode(), now=NOW)
    assert found.arrival is not None
    assert [signal.value.hex() for file in found.arrival.files for signal in file.signals] == [value]
