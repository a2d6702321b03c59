"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.cases.outcomes import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("cases/outcomes/", views.outcomes, name="outcomes"),
    path("cases/<uuid:id>/outcome/", views.say, name="outcome"),
    path("cases/<uuid:id>/silence/", views.silence, name="silence"),
    path("cases/<uuid:id>/speak/", views.speak, name="speak"),
]
