"""Where words came from, out of the reader's way: a small sign that says it when it is opened, and on paper always.

One banner a page says what the sign means (`provenance_note.html`, `law/rows.html`); a row has only the sign. It is a
button without an act, so it may stand in a sentence: the words are its name, and are drawn on focus, pointer and touch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vaern.node.web.components import Component


@dataclass(frozen=True)
class Provenance(Component):
    """How a row or a text came about.

    Attributes:
        label: the words: *From memory*, *Unverified*.
        source: where, as it is quoted, in English; "" if that stands elsewhere.
        is_uncertain: nobody compared it with its source; the sign is drawn more strongly.
    """

    template: ClassVar[str] = "web/components/provenance.html"

    label: object
    source: str = ""
    is_uncertain: bool = True
