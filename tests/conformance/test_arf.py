"""Feedback reports that others sent (anonymised upstream)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.formats.arriving import NOW

from vaern.formats.arf import read

if TYPE_CHECKING:
    from pathlib import Path


def test_real_mails_are_read(vectors: Path) -> None:
    folder = vectors / "arf-rfc5965"
    for name in ("dmarc_ruf_report_linkedin.eml", "dmarc_ruf_report_linkedin.crlf.eml"):
        found = read((folder / name).read_bytes(), now=NOW)
        assert found.arrival is not None
        assert found.arrival.incident_at is not None
        assert [place.ip for place in found.arrival.locations] == ["10.10.10.10"]
        assert dict(found.arrival.unknown)["feedback-report/feedback-type"] == "auth-failure"
        assert any("complained of" in fault.said for fault in found.faults)


def test_a_mail_without_a_machine_part_goes_to_a_person(vectors: Path) -> None:
    found = read((vectors / "arf-rfc5965" / "exim_plain_text_only_no_arf_part.eml").read_bytes(), now=NOW)
    assert found.arrival is not None
    assert "203.0.113.68" in found.arrival.narrative
    assert any("a person must read" in fault.said for fault in found.faults)
