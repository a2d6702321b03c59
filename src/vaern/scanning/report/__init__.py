"""The report page of a scan: `report.html`, for a person."""

from vaern.scanning.report.page import write_report

__all__ = ["write_report"]
