"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.crosscheck.registry import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("crosscheck/", views.meetings, name="meetings"),
    path("crosscheck/<slug:kind>/<uuid:id>/look-up/", views.look_up, name="look-up"),
]
