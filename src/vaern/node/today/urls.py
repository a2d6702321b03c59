"""Addresses of the app; the page itself is the node's `/`, in `home.py`."""

from __future__ import annotations

from django.urls import path

from vaern.node.today import views

app_name = "today"

urlpatterns = [
    path("today/live/", views.live, name="live"),
    path("today/count/", views.count, name="count"),
    path("today/seen/", views.seen, name="seen"),
    path("today/unseen/", views.unseen, name="unseen"),
    path("today/mail/", views.mail, name="mail"),
]
