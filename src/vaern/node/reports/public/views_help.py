"""The help page. It takes no input, stores nothing, and is the same for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from vaern.node.organisations.access import public
from vaern.node.reports.public import help_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public("whoever needs help finds it on one page; it says what is open to everybody", findable=True)
@require_http_methods(["GET", "HEAD"])
def show(request: HttpRequest) -> HttpResponse:
    """Show the help page."""
    return render(request, "reports/help/page.html", help_page.context())
