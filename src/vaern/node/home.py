"""The front page, and the addresses that belong to no app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from vaern.node.front import front
from vaern.node.organisations.access import public, requires
from vaern.node.organisations.checks import declarations
from vaern.node.organisations.rules import Permission
from vaern.node.today.views import today
from vaern.node.web import samples, security_txt, views
from vaern.node.web.manual import views as manual
from vaern.node.web.search import views as search

if TYPE_CHECKING:
    from django.http import HttpRequest


@requires(Permission.ACCOUNT, stranger=front)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the viewer, by when it has to be dealt with."""
    return today(request)


@public("the components that pages are made of, with made-up values, in a synthetic node only")
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component once."""
    if not settings.CONFIGURATION.synthetic:
        raise Http404
    return render(request, "web/samples.html", samples.context(request.GET))


@public("the progress of a job that is not there, for the page of components")
@require_safe
def sample_progress(request: HttpRequest) -> HttpResponse:
    """Show a sample further on each time it is asked."""
    if not settings.CONFIGURATION.synthetic:
        raise Http404
    return render(request, "web/components/progress.html", {"it": samples.progress(request.GET)})


@public("robots.txt, for search engines")
@require_safe
@cache_control(public=True, max_age=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Tell finders to stay away from all but what is meant for everybody; of a synthetic node from all of it."""
    found = [] if settings.CONFIGURATION.synthetic else [route for route, one in declarations() if one and one.findable]
    # A route with a parameter allows all that begins like it; the header of each answer says what may be shown.
    allowed = sorted({route.split("<")[0] + ("" if "<" in route else "$") for route in found})
    lines = ["User-agent: *", *(f"Allow: {route}" for route in allowed), "Disallow: /", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


for_everybody_here = requires(Permission.ACCOUNT, before_second_factor=True)
"""The manual is for whoever is signed in; setting up the second factor is in it."""

urlpatterns = [
    path("", home, name="home"),
    path("find/", requires(Permission.ACCOUNT)(search.find), name="find"),
    path("manual/", for_everybody_here(manual.contents), name="manual"),
    path("manual/assets/<str:name>", for_everybody_here(manual.asset), name="manual-asset"),
    path("manual/<path:name>/", for_everybody_here(manual.page), name="manual-page"),
    path("components/", components, name="components"),
    path("components/progress/", sample_progress, name="components-progress"),
    path("language/", public("keeps a choice in the visitor's own cookie")(views.language), name="language"),
    path("theme/", public("keeps a choice in the visitor's own cookie")(views.theme), name="theme"),
    path("robots.txt", robots, name="robots"),
    path(
        security_txt.PATH,
        public("says whom to write to about a weakness, if the operator named somebody")(security_txt.security_txt),
        name="security-txt",
    ),
    path("favicon.ico", public("says that there is none of that name")(views.favicon), name="favicon"),
]
