"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.crosscheck.desk import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("crosscheck/desk/", views.groups, name="groups"),
    path("crosscheck/desk/groups/<uuid:id>/", views.group, name="group"),
    path("crosscheck/desk/meetings/<uuid:id>/suggest/", views.nudge, name="nudge"),
    path("crosscheck/desk/countries/", views.questions, name="questions"),
    path("crosscheck/desk/countries/<uuid:id>/", views.answer_country, name="answer-country"),
    path("crosscheck/naming/", views.naming, name="naming"),
    path("crosscheck/<slug:kind>/<uuid:id>/country/", views.country, name="ask-country"),
]
