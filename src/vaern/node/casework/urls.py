"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from vaern.node.casework import reasons
from vaern.node.casework.releases import views as releases

app_name = "casework"

urlpatterns = [
    path("recalls/overdue/", releases.overdue, name="overdue-recalls"),
    path("reason/", reasons.give, name="reason"),
]
