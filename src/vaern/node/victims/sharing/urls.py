"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.victims.sharing import views, views_known, views_life

urlpatterns = [
    path("series/received/", views.received, name="received"),
    path("series/received/read/", views.read_updates, name="read-tidings"),
    path("series/received/unread/", views.unread_updates, name="unread-tidings"),
    path("series/known/", views_known.ask_known, name="known"),
    path("series/openness/", views_known.openness, name="openness"),
    path("series/sent/<uuid:id>/accept/", views.accept, name="accept-series"),
    path("series/sent/<uuid:id>/decline/", views.decline, name="decline-series"),
    path("series/sent/<uuid:id>/recall/", views.recall, name="recall-series"),
    path("series/<uuid:id>/disseminate/", views.disseminate, name="disseminate"),
    path("series/<uuid:id>/give-back/", views.give_back, name="give-back-series"),
    path("series/<uuid:id>/analyse/", views_life.analyse, name="analyse"),
    path("series/<uuid:id>/identify/", views_life.identify, name="identify"),
    path("series/<uuid:id>/retract/", views_life.retract, name="retract"),
    path("series/<uuid:id>/safeguard/", views_life.safeguard, name="safeguard"),
    path("series/<uuid:id>/close/", views_life.close, name="close-series"),
    path("series/<uuid:id>/reopen/", views_life.reopen, name="reopen-series"),
    path("series/<uuid:id>/late/", views_life.late, name="late-outcome"),
    path("series/<uuid:id>/other-child/", views_life.other_child, name="other-child"),
]
