"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.crosscheck.disclosures import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("crosscheck/meetings/<uuid:id>/", views.meeting, name="meeting"),
    path("crosscheck/meetings/<uuid:id>/ask/", views.ask, name="ask"),
    path("crosscheck/reveals/<uuid:id>/agree/", views.agree, name="agree"),
    path("crosscheck/reveals/<uuid:id>/refuse/", views.refuse, name="refuse"),
    path("crosscheck/reveals/<uuid:id>/withdraw/", views.withdraw, name="withdraw"),
    path("crosscheck/reveals/<uuid:id>/recall/", views.recall, name="recall"),
]
