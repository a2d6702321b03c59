"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.signing import views

urlpatterns = [
    path("hash-lists/<uuid:id>/signed/propose/", views.propose, name="propose-signed"),
    path("hash-lists/<uuid:id>/signed/every/", views.every, name="propose-every"),
    path("hash-lists/<uuid:id>/signed/proposal/", views.take_out, name="take-out-signed"),
    path("hash-lists/<uuid:id>/signed/hand-in/", views.hand_in, name="hand-in-signed"),
]
