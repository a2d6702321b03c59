"""Hash lists in: every format that the field exchanges, as a stream of plain records.

The room stands alone on `vaern.records`; see `docs/reference/list-formats.md`.
"""

from vaern.formats.registry import FORMATS, Format, detect_format, read_list
from vaern.formats.signals import KNOWN_JUNK, Junk, render
from vaern.formats.source import FormatError

__all__ = ["FORMATS", "KNOWN_JUNK", "Format", "FormatError", "Junk", "detect_format", "read_list", "render"]
