"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from vaern.node.casework.drafts import views

app_name = "drafts"

urlpatterns = [
    path("drafts/", views.keep, name="keep"),
    path("drafts/discard/", views.discard, name="discard"),
    path("drafts/session/", views.session, name="session"),
]
