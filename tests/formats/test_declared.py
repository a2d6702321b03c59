"""An XML document is read in encodings in which a guard sees what a reader sees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vaern.formats import cybertipline
from vaern.formats.declared import is_read, keeps_ascii

NOW = datetime(2026, 11, 27, tzinfo=UTC)
REPORT = (
    '<?xml version="1.0" encoding="{}"?><report><incidentSummary><incidentType>Online Enticement of '
    "Children for Sexual Acts</incidentType><incidentDateTime>2026-11-01T10:00:00Z</incidentDateTime>"
    "</incidentSummary><additionalInfo>Ærø</additionalInfo></report>"
)


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "UTF-32", "ISO-8859-1", "windows-1252", "iso-8859-15"])
def test_a_report_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    found = cybertipline.read(REPORT.format(encoding).encode(encoding), now=NOW)[0].arrival
    assert found is not None
    assert found.narrative == "Ærø"


@pytest.mark.parametrize("encoding", ["utf-7", "hz"])
def test_letters_behind_ascii_are_not_read(encoding: str) -> None:
    """`+AGE-` is a letter in UTF-7: what is looked at would be another text than what is read."""
    body = REPORT.replace("Ærø", "a").format(encoding).encode(encoding)
    (read,) = cybertipline.read(body, now=NOW)
    assert read.arrival is None
    assert "UTF-8" in read.faults[0].said


def test_which_encodings_keep_ascii() -> None:
    assert all(map(is_read, ("", "UTF-16LE", "koi8-r", "Shift_JIS", "gb18030", "us-ascii")))
    assert not any(map(is_read, ("utf-7", "cp037", "hz", "rot13", "idna", "raw_unicode_escape", "nonsense", "utf-8\0")))
    assert not keeps_ascii("utf-16")
