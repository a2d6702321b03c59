"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.crosscheck.intersection import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("crosscheck/private/", views.private, name="private"),
    path("crosscheck/private/organisations/", views.partners, name="private-partners"),
    path("crosscheck/private/organisations/<uuid:id>/", views.switch, name="private-switch"),
    path("crosscheck/private/pairs/<uuid:id>/", views.pair, name="private-pair"),
    path("crosscheck/private/pairs/<uuid:id>/ask/", views.ask, name="private-ask"),
    path("crosscheck/private/runs/<uuid:id>/", views.run, name="private-run"),
    path("crosscheck/private/runs/<uuid:id>/propose/", views.propose, name="private-propose"),
    path("crosscheck/private/runs/<uuid:id>/agree/", views.agree, name="private-agree"),
    path("crosscheck/private/runs/<uuid:id>/refuse/", views.refuse, name="private-refuse"),
    path("crosscheck/private/runs/<uuid:id>/withdraw/", views.withdraw, name="private-withdraw"),
]
