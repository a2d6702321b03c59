"""Papers as PDFs."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.press.base.times import in_place
from vaern.node.press.models import Paper
from vaern.node.web import paper as on_paper

if TYPE_CHECKING:
    from uuid import UUID

TEMPLATE = Path(__file__).with_name("paper.typ")


def pdf(paper: Paper, text: str) -> bytes:
    """Return a paper as a PDF; while its embargo holds, every page says so.

    A public paper is set once in each language and cached.
    """
    return _set(paper, text) if timezone.now() < paper.embargo else _public(paper.pk, get_language() or "en")


@lru_cache(maxsize=16)
def _public(id: UUID, language: str) -> bytes:
    paper = Paper.everywhere.select_related("event__organisation").get(pk=id)
    with translation.override(language):
        return _set(paper, paper.text)


def _set(paper: Paper, text: str) -> bytes:
    event = paper.event
    marks = [_("SYNTHETIC – made up for a demonstration")] if event.synthetic else []
    if timezone.now() < paper.embargo:
        until = in_place(paper.embargo, event.zone)
        marks.append(_("Under embargo until %(until)s. Publish nothing of it before.") % {"until": until})
    content = {
        "lang": get_language() or "en",
        "marks": marks,
        "title": paper.title,
        "by": str(event.organisation),
        "event": f"{event.title} · {event.place} · {in_place(event.begins, event.zone)}",
        "footer": event.title,
        "paragraphs": [part.split("\n") for part in re.split(r"\n\s*\n", text)],
    }
    return on_paper.pdf(TEMPLATE, content, paper.made_at)
