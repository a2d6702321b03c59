"""URLs of the reporting API: `/ispws/status`, and for another desk `/ispws/<its id>/status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.submission import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path(f"ispws/{way}{name}", view, name=f"{start}-{name}")
    for start, way in (("ispws", ""), ("ispws-to", "<uuid:to>/"))
    for name, view in views.urls().items()
]
