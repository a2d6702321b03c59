"""Reports as CSV, line by line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.arriving import IPS, MOMENTS, NOW, SIGNALS, URLS, WORDS

from vaern.arrivals import Location, Offence
from vaern.formats import reports
from vaern.formats.report_csv import MAX_ROWS, read

HEADER = ["url", "referer", "reference", "kind", "seen_at", "ip", "md5", "sha1", "sha256", "pdq", "note"]
ROWS = st.fixed_dictionaries(
    {"url": URLS},
    optional={
        "reference": WORDS,
        "kind": st.sampled_from(["material", "enticement"]),
        "seen_at": MOMENTS.map(lambda moment: moment.isoformat()),
        "ip": IPS,
        "note": st.text("ab ,;\"'\n|\t", max_size=9),
    },
)


def lines(rows: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.mark.once
@given(
    rows=st.lists(ROWS, min_size=1, max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    signal=SIGNALS,
)
def test_each_line_is_a_report(rows: list[dict[str, str]], delimiter: str, encoding: str, signal: object) -> None:
    rows[0] |= {signal.kind: signal.value.hex()}  # type: ignore[attr-defined]
    found = read(lines(rows, delimiter, encoding), now=NOW)
    assert len(found) == len(rows)
    assert [one.line for one in found] == sorted({one.line for one in found})
    for one, row in zip(found, rows, strict=True):
        assert one.arrival is not None
        assert not one.faults
        assert one.arrival.locations[0].url == row["url"]
        assert one.arrival.locations[0].ip == row.get("ip", "")
        assert one.arrival.reference == row.get("reference", "").strip()
        assert one.arrival.narrative == row.get("note", "").strip()
        assert one.arrival.offence == row.get("kind", "unclear")
        assert (one.arrival.incident_at is None) == ("seen_at" not in row)
    assert found[0].arrival is not None
    assert found[0].arrival.files[0].signals == (signal,)


def test_scart_is_read() -> None:
    data = (
        b"URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE\n"
        b"https://files.example/1;https://forum.example/2;desk@hotline.example;R-1;form;1\n"
    )
    (one,) = read(data, now=NOW)
    assert one.arrival is not None
    assert not one.faults
    assert one.arrival.locations == (Location("https://files.example/1"),)
    assert (one.arrival.reference, one.arrival.contact, one.arrival.offence) == (
        "R-1",
        "desk@hotline.example",
        "unclear",
    )
    assert dict(one.arrival.unknown) == {"SOURCE": "form", "TYPE": "1", "referer": "https://forum.example/2"}


def test_a_bad_line_costs_itself_alone() -> None:
    data = b"url,kind,seen_at,ip,md5\nhttps://a.example/,odd,yesterday,x,zz\n,material,,,\nhttps://b.example/,material,,,\n"
    found = read(data, now=NOW)
    assert [one.arrival is not None for one in found] == [True, False, True]
    assert {fault.path for fault in found[0].faults} == {
        f"line 2, column {c}" for c in ("kind", "seen_at", "ip", "md5")
    }
    assert found[0].arrival is not None
    assert dict(found[0].arrival.unknown) == {"kind": "odd", "seen_at": "yesterday", "md5": "zz"}
    assert [fault.path for fault in found[1].faults] == ["line 3"]
    assert not found[2].faults


@pytest.mark.parametrize("data", [b"", b"\n\n", b"name,value\na,b\n", b"reference\nR-1\n", b"url\n"])
def test_what_holds_no_report_is_refused(data: bytes) -> None:
    (one,) = read(data, now=NOW)
    assert one.arrival is None


def test_other_encodings_are_told() -> None:
    (one,) = read("url,note\nhttps://a.example/,blåbær\n".encode("cp1252"), now=NOW)
    assert one.arrival is not None
    assert one.arrival.narrative == "blåbær"
    assert ["Windows-1252" in fault.said for fault in one.faults] == [True]


def test_lines_have_an_end() -> None:
    found = read(b"url\n" + b"https://a.example/\n" * (MAX_ROWS + 50), now=NOW)
    assert len(found) == MAX_ROWS + 1
    assert found[-1].arrival is None


@pytest.mark.once
@settings(max_examples=300)
@given(
    data=st.binary(max_size=120)
    | st.lists(st.sampled_from(["url", "kind", ",", ";", '"', "\n", "\r", "\0", "é", "1"]), max_size=40).map(
        lambda parts: ("url,kind,seen_at\n" + "".join(parts)).encode()
    )
)
def test_no_bytes_raise(data: bytes) -> None:
    for one in read(data, now=NOW):
        assert (one.arrival is None) == any(fault.fatal for fault in one.faults)
        assert one.arrival is None or one.arrival.offence in Offence.__args__  # type: ignore[attr-defined]


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "\ufeffSEP=;\n"])
def test_a_table_of_excel_that_says_its_delimiter_first_is_read(first: str) -> None:
    data = (first + "url;sha256;note\nhttps://h.example/a,b;;one, two\n").encode()
    assert reports.sniff(data) == "csv"
    (found,) = reports.read(data, "csv", now=NOW)
    assert found.arrival is not None
    assert not found.faults
    assert found.arrival.locations[0].url == "https://h.example/a,b"
    assert found.arrival.narrative == "one, two"
