"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.lookups import views, views_calls

urlpatterns = [
    path("lookups/", views.lookups, name="lookups"),
    path("lookups/ask/", views.ask, name="look-up"),
    path("lookups/calls/", views_calls.find, name="find-call"),
    path("lookups/calls/<uuid:call>/", views_calls.call, name="call"),
    path("lookups/calls/<uuid:call>/proof/", views_calls.proof, name="call-proof"),
    path("lookups/check-proof/", views_calls.check, name="check-call"),
    path("lookups/policy/", views.policy, name="policy"),
]
