"""URLs of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.public import views, views_desk, views_help, views_receipt

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("help/", views_help.show, name="help"),
    path("report/", views.choose, name="report-choose"),
    path("report/receipt/", views_receipt.receipt, name="report-receipt"),
    path("report/<slug:name>/", views.form, name="report-form"),
    path("reports/words/", views_desk.waiting, name="words"),
    path("reports/<uuid:id>/answer/", views_desk.answer, name="answer"),
    path("reports/<uuid:id>/words-read/", views_desk.mark_read, name="words-read"),
    path("reports/<uuid:id>/words-unread/", views_desk.mark_unread, name="words-unread"),
]
