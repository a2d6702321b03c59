"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.press.events import views

urlpatterns = [
    path("press/events/", views.events, name="events"),
    path("press/events/new/", views.new, name="new-event"),
    path("press/events/<uuid:id>/", views.event, name="event"),
    path("press/events/<uuid:id>/change/", views.change, name="change-event"),
    path("press/events/<uuid:id>/step/", views.step, name="step"),
]
