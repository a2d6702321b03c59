"""The addresses of this room. The worker stands beside the pages that it answers for."""

from __future__ import annotations

from django.urls import path

from vaern.node.press.door import views

urlpatterns = [
    path("press/door/", views.doors, name="doors"),
    path("press/door/worker.js", views.worker, name="door-worker"),
    path("press/door/<uuid:id>/", views.door, name="door"),
    path("press/door/<uuid:id>/list/", views.door_list, name="door-list"),
    path("press/door/<uuid:id>/badges/", views.badges, name="door-badges"),
    path("press/door/<uuid:id>/sync/", views.sync, name="door-sync"),
]
