"""Every address of the node. A route that declares no permission stops the start (`organisations/checks.py`)."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("vaern.node.home")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("", include("vaern.node.organisations.urls")),
    path("", include("vaern.node.casework.urls")),
    path("", include("vaern.node.casework.drafts.urls")),
    path("", include("vaern.node.exchange.urls")),
    path("", include("vaern.node.law.urls")),
    path("", include("vaern.node.scans.urls")),
    path("", include("vaern.node.reports.urls")),
    path("", include("vaern.node.crosscheck.urls")),
    path("", include("vaern.node.victims.urls")),
    path("", include("vaern.node.lists.urls")),
    path("", include("vaern.node.cases.urls")),
    path("", include("vaern.node.alliance.urls")),
    path("", include("vaern.node.press.urls")),
    path("", include("vaern.node.today.urls")),
    path("api/", include("vaern.node.api")),
    path("", include("vaern.node.operations.urls")),
    path("", include("vaern.node.oversight.urls")),
]
if settings.CONFIGURATION.synthetic:
    urlpatterns.append(path("", include("vaern.node.demo.urls")))

handler400 = "vaern.node.web.errors.bad_request"
handler403 = "vaern.node.web.errors.forbidden"
handler404 = "vaern.node.web.errors.not_found"
handler500 = "vaern.node.web.errors.broken"
