"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.quarantine import views

urlpatterns = [
    path("hash-lists/<uuid:id>/entries/<int:number>/answers/", views.answers, name="answers"),
]
