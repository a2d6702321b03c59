"""A page on paper: typst, in memory, with the fonts of its wheel; nothing is fetched and nothing is written.

What people wrote reaches the compiler as JSON and is set as text: it is never read as commands.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def pdf(template: Path, content: dict[str, Any], at: datetime) -> bytes:
    """Return a PDF; the same bytes for the same content and moment.

    It is PDF/A-2a (ISO 19005-2), which archives and courts ask for, and PDF/UA-1 (ISO 14289-1), which screen readers
    do. The compiler refuses one that does not keep to them: without a title, or with a picture that has no words.

    Args:
        template: a typst file that reads its content from `sys.inputs.data`.
        content: what JSON can hold.
        at: the moment that the document says it was made at.
    """
    found = typst.compile(
        template.read_bytes(),
        sys_inputs={"data": json.dumps(content)},
        ignore_system_fonts=True,
        timestamp=int(at.timestamp()),
        pdf_standards=["a-2a", "ua-1"],
    )
    assert isinstance(found, bytes)
    return found
