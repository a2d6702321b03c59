"""The page of the story, on each of its three nodes; a node that plays in none has no such page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from vaern.node.demo.nodes import story
from vaern.node.demo.nodes.presenters import page_of
from vaern.node.demo.views import SYNTHETIC, of_synthetic
from vaern.node.organisations.access import public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SOON = 2
"""Seconds after which the page looks again while something happens or may."""


@public(SYNTHETIC)
@of_synthetic
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show how far the story is."""
    found = story.told(settings.CONFIGURATION.home)
    if found is None:
        raise Http404
    page = page_of(found)
    response = render(request, "demo/story.html", {"page": page})
    if not page.over and not page.problem:
        response["Refresh"] = str(SOON)
    return response


@public(SYNTHETIC)
@of_synthetic
@require_POST
def go_on(_request: HttpRequest) -> HttpResponse:
    """Ask for the next scene."""
    if story.told(settings.CONFIGURATION.home) is None:
        raise Http404
    story.wish(settings.CONFIGURATION.home)
    return HttpResponseRedirect(reverse("demo:story"))
