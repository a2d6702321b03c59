"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.victims.clues import views

urlpatterns = [
    path("series/weights/", views.weights, name="weights"),
    path("series/<uuid:id>/clues/add/", views.add, name="add-clue"),
    path("series/clues/<int:clue>/withdraw/", views.withdraw, name="withdraw-clue"),
    path("series/<uuid:id>/country/", views.propose, name="propose-country"),
    path("series/<uuid:id>/country/drop/", views.drop, name="drop-country"),
    path("series/hypotheses/<int:hypothesis>/own/", views.take_over, name="own-hypothesis"),
]
