"""The report page of a scan: `report.html`, for a person."""

from vaern.scanning.report.writing import write_report

__all__ = ["write_report"]
