"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.recalls import views, views_history

urlpatterns = [
    path("hash-lists/recalls/", views.recalls, name="recalls"),
    path("hash-lists/recalls/<uuid:id>/", views.recall, name="recall"),
    path("hash-lists/concerning/", views.concerning, name="concerning"),
    path("hash-lists/concerning/<int:number>/acknowledge/", views.acknowledge, name="acknowledge-effect"),
    path("hash-lists/concerning/lists/<uuid:id>/", views.acknowledge_received, name="acknowledge-received"),
    path("hash-lists/<uuid:id>/matches/", views_history.matches, name="matches"),
    path("hash-lists/<uuid:id>/matches/take-out/", views_history.take_out, name="take-out-matches"),
]
