"""Reports by mail: ARF, XARF in a mail, and mails without a part for machines."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.arriving import NOW
from tests.formats.test_xarf import whole

from vaern.arrivals import Location
from vaern.formats.arf import read
from vaern.formats.xarf_write import mail

PICTURE = base64.b64encode(b"\x89PNG no picture at all").decode()
FIELDS = """Feedback-Type: abuse
User-Agent: tool/1
Version: 1
Arrival-Date: Mon, 02 Nov 2026 10:00:00 +0100
Source-IP: 192.0.2.9
Reported-URI: https://files.example/1
Reported-URI: https://files.example/2
Reported-Domain: files.example
"""


def arf(fields: str = FIELDS, *, more: str = "") -> bytes:
    return f"""From: Desk <desk@isp.example>
To: reports@hotline.example
Message-ID: <1@isp.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Somebody told us of this.
--b
Content-Type: message/feedback-report

{fields}
--b
{more or "Content-Type: message/rfc822"}

From: x@y.example
Subject: the mail complained of
--b--
""".encode()


XARF_02 = b"""From: desk@isp.example
X-XARF: PLAIN
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Hello
--b
Content-Type: text/plain; name=report.txt
Content-Disposition: attachment; filename=report.txt

Reported-From: desk@isp.example
Category: abuse
Report-Type: child-abuse
Report-ID: 77
Date: 2026-11-02T10:00:00+01:00
Source: 192.0.2.9
--b--
"""


def test_a_feedback_report_is_read_field_by_field() -> None:
    found = read(arf(), now=NOW)
    arrival = found.arrival
    assert arrival is not None
    assert (arrival.document, arrival.reference, arrival.contact) == ("arf", "1@isp.example", "desk@isp.example")
    assert arrival.incident_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert arrival.locations == tuple(Location(f"https://files.example/{n}", ip="192.0.2.9") for n in (1, 2))
    assert arrival.narrative == "Somebody told us of this."
    assert dict(arrival.unknown)["feedback-report/reported-domain"] == "files.example"
    assert [(fault.path, fault.fatal) for fault in found.faults] == [("mail/3", False)]
    assert "complained of" in found.faults[0].said


def test_attached_media_are_never_decoded() -> None:
    more = f"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{PICTURE}"
    found = read(arf(more=more), now=NOW)
    assert found.arrival is not None
    assert PICTURE[:8] not in str(found)
    assert "PNG" not in str(found)
    assert [fault.path for fault in found.faults] == ["mail/3"]


def test_what_is_missing_or_doubled_is_told() -> None:
    found = read(arf("Feedback-Type: odd\nSource-IP: x\nSource-IP: y\nArrival-Date: yesterday\n"), now=NOW)
    assert found.arrival is not None
    assert {fault.path.removeprefix("feedback-report/") for fault in found.faults} == {
        "mail/3",
        "user-agent",
        "version",
        "feedback-type",
        "source-ip",
        "arrival-date",
    }


def test_without_a_part_for_machines_the_text_is_taken() -> None:
    found = read(b"From: a@b.example\nContent-Type: text/plain\n\nPlease look at this.", now=NOW)
    assert found.arrival is not None
    assert found.arrival.narrative == "Please look at this."
    assert ["a person must read" in fault.said for fault in found.faults] == [True]
    assert read(b"From: a@b.example\nContent-Type: image/png\n\nx", now=NOW).arrival is None
    assert read(b"", now=NOW).arrival is None


def test_our_own_xarf_mail_comes_back() -> None:
    sent = mail(whole(), sender="desk@hotline.example", to="a@host.example", subject="s", text="Hej", at=NOW)
    found = read(sent, now=NOW)
    assert found.arrival is not None
    assert not found.faults
    assert (found.arrival.document, found.arrival.reference) == ("xarf", whole()["report_id"])
    assert found.arrival.narrative == "Hej"


def test_x_arf_02_by_mail() -> None:
    found = read(XARF_02, now=NOW)
    assert found.arrival is not None
    assert (found.arrival.document, found.arrival.reference, found.arrival.offence) == ("xarf", "77", "material")
    assert found.arrival.narrative == "Hello"


CHARSETS = st.sampled_from(["utf-8", "x-none", "rot13", "utf-7", "utf-16", "base64", "idna", "\u00e9"])


@pytest.mark.once
@settings(max_examples=200)
@given(cut=st.integers(0, 900), put=st.binary(max_size=4), charset=CHARSETS, base=st.sampled_from([arf(), XARF_02]))
def test_no_damaged_mail_raises(cut: int, put: bytes, charset: str, base: bytes) -> None:
    for data in (base[:cut] + put + base[cut:], base[:cut], base.replace(b"utf-8", charset.encode())):
        found = read(data, now=NOW)
        assert (found.arrival is None) == any(fault.fatal for fault in found.faults)


@pytest.mark.once
@settings(max_examples=200)
@given(data=st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    read(data, now=NOW)
    read(b"Content-Type: multipart/mixed; boundary=" + data, now=NOW)
    read(b"Content-Type: text/plain; charset*=" + data + b"\n\nx", now=NOW)


@pytest.mark.parametrize(("charset", "text"), [("utf-7", "told +2AA- us"), ("unicode_escape", r"told \ud800 us\x00")])
def test_text_in_an_odd_character_set_can_be_stored(charset: str, text: str) -> None:
    found = read(f"Content-Type: text/plain; charset={charset}\n\n{text}\n".encode(), now=NOW).arrival
    assert found
    assert found.narrative.encode().decode().startswith("told ? us")
    assert "\0" not in found.narrative


def test_an_address_that_is_none_is_told_and_kept() -> None:
    found = read(arf(FIELDS.replace("https://files.example/2", "files.example, 2")), now=NOW)
    assert found.arrival
    assert [place.url for place in found.arrival.locations] == ["https://files.example/1"]
    assert ("feedback-report/reported-uri", "files.example, 2") in found.arrival.unknown
    assert ("feedback-report/reported-uri", "no_address") in {(one.path, one.what.code) for one in found.faults}


@pytest.mark.once
def test_deep_mail_ends() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    read(deep, now=NOW)


PAGE = """<html><head><title>unseen</title><style>p {}</style><script>unseen()</script></head><body>
<p>I saw <b>this</b> page:</p><a href="https://files.example/3">here</a><a href="javascript:unseen">x</a>
<p>&Aring; &lt;now&gt;</p>
</body></html>"""


def page(kind: str = "text/html", text: str = PAGE, more: str = "") -> bytes:
    return f"From: a@b.example\nMessage-ID: <2@b.example>\nContent-Type: {kind}{more}\n\n{text}".encode()


def test_a_mail_that_is_a_page_alone_is_read_as_what_a_person_sees_of_it() -> None:
    found = read(page(), now=NOW)
    assert found.arrival is not None
    assert found.arrival.narrative == "I saw this page:\nhttps://files.example/3 herex\n\nÅ <now>"
    assert {fault.what.code for fault in found.faults} == {"html_read", "no_machine_part"}


def test_a_page_beside_a_text_or_with_a_name_is_told_and_not_read() -> None:
    both = b"From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n"
    both += b"--b\nContent-Type: text/plain\n\nplain words\n--b\nContent-Type: text/html\n\n<p>other</p>\n--b--\n"
    found = read(both, now=NOW)
    assert found.arrival is not None
    assert found.arrival.narrative == "plain words"
    assert ("mail/2", "attached_part") in {(fault.path, fault.what.code) for fault in found.faults}
    assert read(page(more='; name="page.html"'), now=NOW).arrival is None


@given(
    text=st.text(max_size=300)
    | st.lists(st.sampled_from(["<", "![", "<!", "a", ">", "</p>", "<p ", "&", "]]", "-->"])).map("".join)
)
def test_no_page_raises(text: str) -> None:
    assert read(page(text=text), now=NOW)


def test_a_defanged_address_is_told_and_is_a_location_all_the_same() -> None:
    fields = "Feedback-Type: abuse\nUser-Agent: t/1\nVersion: 1\nReported-URI: hxxps://files[.]example/1\n"
    found = read(arf(fields), now=NOW)
    assert found.arrival is not None
    assert [place.url for place in found.arrival.locations] == ["hxxps://files[.]example/1"]
    assert "no_address" in {fault.what.code for fault in found.faults}
