"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.crosscheck.hubs import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("crosscheck/hub/", views.hub, name="hub"),
    path("crosscheck/hub/key/", views.key, name="hub-key"),
]
