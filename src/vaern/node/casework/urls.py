"""Addresses of the app. What the kinds of record bring is known here: apps register before addresses are asked for."""

from __future__ import annotations

from django.urls import path

from vaern.node.casework import kinds, reasons
from vaern.node.casework.recalls import views as recalls

app_name = "casework"

urlpatterns = [
    path("recalls/", recalls.recalls, name="recalls"),
    path("recalls/overdue/", recalls.overdue, name="overdue-recalls"),
    *(recalls.acknowledging(kind) for kind in kinds.kinds().values()),
    path("reason/", reasons.give, name="reason"),
]
