"""PDF documents by typst, in memory, with the fonts of its wheel; nothing is fetched or written to disk.

User text reaches the compiler as JSON and is typeset as text, never interpreted as markup.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def pdf(template: Path, content: dict[str, Any], at: datetime) -> bytes:
    """Return a PDF; deterministic for the same content and moment.

    It conforms to PDF/A-2a (ISO 19005-2), required by archives and courts, and PDF/UA-1 (ISO 14289-1), required by
    screen readers. The compiler rejects documents that do not: without a title, or a picture without alternative text.

    Args:
        template: a typst file that reads its content from `sys.inputs.data`.
        content: anything JSON can represent.
        at: the document's creation time.
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
