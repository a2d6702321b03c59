"""The pages of the manual, its contents and its search. They name nobody, so nothing is recorded."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from vaern.node.web.lists import Filters, Words
from vaern.node.web.lookups import or_404
from vaern.node.web.manual import library

if TYPE_CHECKING:
    from django.http import HttpRequest

NAMES = {
    "how-to": _("How to"),
    "how-to/roles": _("Your role"),
    "tutorial": _("Step by step"),
    "explanation": _("Why it is so"),
    "reference": _("Reference"),
    "decisions": _("Decisions"),
}
"""What the folders are called."""


class ManualFilters(Filters):
    """What is looked for among the headings."""

    q = Words()


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Show what the manual holds, or the headings that a search finds."""
    text = ManualFilters(request.GET).values["text"]
    groups = [(NAMES[folder], pages) for folder, pages in library.contents().items()]
    context = {"search": text, "found": library.search(text) if text else None, "groups": groups}
    return render(request, "web/manual/contents.html", context)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a page."""
    found = or_404(library.page(name))
    return render(request, "web/manual/page.html", {"page": found, "group": NAMES[name.rpartition("/")[0]]})


@require_safe
@cache_control(private=True, max_age=24 * 3600)
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a picture of a page."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return HttpResponse(or_404(library.asset(name)), content_type=kind)
