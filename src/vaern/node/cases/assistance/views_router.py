"""The router, which anybody with assistance in their work may try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone

from vaern.node.cases.assistance import labels, presenters_router, router_queries
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.forms_router import RouterForm
from vaern.node.cases.assistance.providers.presenters import provider_says
from vaern.node.cases.assistance.providers.register import find
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.routes import Question
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires(Permission.ASSISTANCE_VIEW)
def router(request: HttpRequest) -> HttpResponse:
    """Answer which instrument reaches whom."""
    viewer, book = viewer_of(request), current()
    own = viewer.organisation.member.code if viewer.organisation.member else ""
    asked = "data" in request.GET
    initial = {"requesting": own, "on": timezone.localdate()}
    form = RouterForm(request.GET if asked else None, book=book, initial=initial)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        given = form.cleaned_data
        question = Question(
            given["requesting"],
            given["holder"],
            DataKind(given["data"]),
            given["on"],
            urgent=given["urgent"],
            preserved=given["preserved"],
            cybertip=given["cybertip"],
            dual=form.both_sides,
            grave=form.grave_enough,
        )
        found, book = router_queries.routed(viewer, question)
        context["route"] = presenters_router.route_context(found, book)
        context["holder"] = labels.country(question.holder, book)
        provider = find(given["provider"], question.requesting, question.on)
        context["provider"] = provider_says(provider, question.data)
        context["again"] = presenters_router.again(request.GET, question, provider)
    return render(request, "cases/assistance/router.html", context, status=422 if form.errors else 200)
