"""The addresses of the frame."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.frame import views

urlpatterns = [
    path("alliance/frame/", views.declaration, name="frame"),
    path("alliance/frame/capabilities/", views.capabilities, name="capabilities"),
    path("alliance/frame/history/", views.history, name="history"),
]
