"""The address at which other nodes call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.exchange.calls import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [path("exchange/call", views.call, name="call")]
