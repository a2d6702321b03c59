"""Addresses of the app. What the kinds of record bring is known here: apps register before addresses are asked for."""

from __future__ import annotations

from django.urls import path

from vaern.node.casework import kinds, reasons
from vaern.node.casework.releases import views as releases

app_name = "casework"

urlpatterns = [
    path("recalls/", releases.recalls, name="recalls"),
    path("recalls/overdue/", releases.overdue, name="overdue-recalls"),
    *(releases.acknowledging(kind) for kind in kinds.kinds().values()),
    path("reason/", reasons.give, name="reason"),
]
