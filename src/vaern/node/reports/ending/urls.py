"""URLs of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.ending import views

if TYPE_CHECKING:
    from django.urls import URLPattern


urlpatterns: list[URLPattern] = [
    path("reports/<uuid:id>/finish/", views.finish, name="finish"),
    path("reports/<uuid:id>/reopen/", views.reopen, name="reopen"),
    path("reports/<uuid:id>/keep/", views.keep, name="keep"),
    path("reports/<uuid:id>/erase/", views.erase, name="erase"),
]
