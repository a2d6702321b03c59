"""The addresses of ministerial meetings."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.meetings import views

urlpatterns = [
    path("alliance/meetings/", views.meetings, name="meetings"),
    path("alliance/meetings/plan/", views.plan, name="plan-meeting"),
    path("alliance/meetings/<uuid:id>/", views.meeting, name="meeting"),
    path("alliance/meetings/<uuid:id>/change/", views.change, name="change-meeting"),
    path("alliance/meetings/<uuid:id>/move/<slug:event>/", views.move, name="move-meeting"),
    path("alliance/meetings/<uuid:id>/minutes/<int:version>/<slug:language>/", views.minutes, name="minutes"),
    path("alliance/meetings/<uuid:id>/<slug:part>/", views.add, name="add-to-meeting"),
    path("alliance/meetings/<uuid:id>/<slug:part>/<int:row>/", views.edit, name="edit-in-meeting"),
    path("alliance/meetings/<uuid:id>/<slug:part>/<int:row>/remove/", views.remove, name="remove-from-meeting"),
]
