"""The addresses of declared maturity."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.maturity import views

urlpatterns = [
    path("alliance/progress/members/<uuid:id>/capabilities/", views.member, name="maturity"),
    path("alliance/capabilities/<int:number>/declare/", views.declare, name="maturity-declare"),
]
