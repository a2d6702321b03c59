"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.cases.assistance import views, views_held_data, views_router
from vaern.node.cases.assistance.incoming import urls as incoming

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    *incoming.urlpatterns,
    path("assistance/", views.requests, name="assistance"),
    path("assistance/clocks/", views_held_data.clocks, name="assistance-clocks"),
    path("assistance/clocks/<int:id>/prolong/", views_held_data.prolong, name="prolong-clock"),
    path("assistance/clocks/<int:id>/stop/", views_held_data.settle, name="settle-clock"),
    path("assistance/clocks/<int:id>/note/", views_held_data.note_lapse, name="note-lapse"),
    path("assistance/data/<uuid:id>/clocks/new/", views_held_data.start, name="start-clock"),
    path("assistance/router/", views_router.router, name="router"),
    path("assistance/<uuid:id>/", views.request_page, name="request"),
    path("assistance/<uuid:id>/write/", views.write, name="write-request"),
    path("assistance/<uuid:id>/hand-over/", views.hand_over, name="hand-over-request"),
    path("assistance/<uuid:id>/sight/", views.prolong_sight, name="prolong-sight"),
    path("assistance/<uuid:id>/send/", views.send, name="send-request"),
    path("assistance/<uuid:id>/correspond/", views.correspond, name="correspond"),
    path("assistance/<uuid:id>/decide/", views.decide_law, name="decide-request"),
    path("assistance/<uuid:id>/pdf/", views.document, name="request-pdf"),
    path("assistance/<uuid:id>/event/<slug:event>/", views.event, name="request-event"),
    path("assistance/<uuid:id>/authority/<slug:event>/", views.authority_event, name="authority-event"),
    path("cases/<uuid:id>/data/new/", views_held_data.add, name="hold-data"),
    path("cases/<uuid:id>/data/<uuid:data>/ask/", views.draft, name="draft-request"),
]
