"""Hash lists in, as a stream of plain records; and documents that report something, in and out (`formats.reports`).

The room stands alone on `vaern.records` and `vaern.arrivals`; see `docs/reference/list-formats.md` and
`docs/reference/report-formats.md`.
"""

from typing import TYPE_CHECKING

from vaern.on_demand import loading

if TYPE_CHECKING:
    from vaern.formats.csv_mappings import CsvMapping, csv_mapping
    from vaern.formats.reading import NOTHING, Reading
    from vaern.formats.registry import FORMATS, Format, detect_format, read_bytes, read_list, read_lists
    from vaern.formats.signals import KNOWN_JUNK, Junk, render
    from vaern.formats.source import FormatError
else:
    __getattr__ = loading(
        __name__,
        {
            "vaern.formats.csv_mappings": "CsvMapping csv_mapping",
            "vaern.formats.reading": "NOTHING Reading",
            "vaern.formats.registry": "FORMATS Format detect_format read_bytes read_list read_lists",
            "vaern.formats.signals": "KNOWN_JUNK Junk render",
            "vaern.formats.source": "FormatError",
        },
    )

__all__ = [
    "FORMATS",
    "KNOWN_JUNK",
    "NOTHING",
    "CsvMapping",
    "Format",
    "FormatError",
    "Junk",
    "Reading",
    "csv_mapping",
    "detect_format",
    "read_bytes",
    "read_list",
    "read_lists",
    "render",
]
