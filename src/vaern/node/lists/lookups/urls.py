"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.lookups import views

urlpatterns = [
    path("lookups/", views.lookups, name="lookups"),
    path("lookups/ask/", views.ask, name="look-up"),
    path("lookups/policy/", views.policy, name="policy"),
]
