"""The addresses of requests of other countries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.cases.assistance.incoming import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("assistance/incoming/", views.requests, name="incoming"),
    path("assistance/incoming/new/", views.receive, name="receive-incoming"),
    path("assistance/incoming/<uuid:id>/", views.request_page, name="incoming-request"),
    path("assistance/incoming/<uuid:id>/correct/", views.correct, name="correct-incoming"),
    path("assistance/incoming/<uuid:id>/write/", views.write, name="write-incoming"),
    path("assistance/incoming/<uuid:id>/documents/new/", views.attach, name="attach-incoming"),
    path("assistance/incoming/<uuid:id>/documents/<int:number>/", views.fetch, name="incoming-document"),
    path("assistance/incoming/<uuid:id>/pass/", views.pass_on, name="pass-incoming"),
    path("assistance/incoming/<uuid:id>/correspond/", views.correspond, name="correspond-incoming"),
    path("assistance/incoming/<uuid:id>/receipt/", views.confirmation, name="incoming-receipt"),
    path("assistance/incoming/<uuid:id>/event/<slug:event>/", views.event, name="incoming-event"),
    path("assistance/incoming/<uuid:id>/desk/<slug:event>/", views.desk_event, name="incoming-desk-event"),
]
