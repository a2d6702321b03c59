"""The addresses of memberships."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.membership import views

urlpatterns = [
    path("alliance/members/", views.members, name="members"),
    path("alliance/members/join/", views.join, name="join"),
    path("alliance/members/<uuid:id>/", views.member, name="member"),
    path("alliance/members/<uuid:id>/leave/", views.leave, name="leave"),
    path("alliance/members/<uuid:id>/backing/", views.back, name="back"),
]
