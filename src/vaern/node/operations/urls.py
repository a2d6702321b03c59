"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from vaern.node.operations import views

app_name = "operations"

urlpatterns = [
    path("health", views.health, name="health"),
    path("metrics", views.metrics_page, name="metrics"),
    path("node/mail/", views.failed_mail, name="failed-mail"),
]
