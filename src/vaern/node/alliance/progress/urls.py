"""The addresses of progress."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.progress import views

urlpatterns = [
    path("alliance/progress/", views.progress, name="progress"),
    path("alliance/progress/members/<uuid:id>/", views.member, name="progress-member"),
    path("alliance/progress/goals/<str:code>/", views.goal, name="progress-goal"),
]
