"""The addresses of the exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.exchange.calls import urls as calls
from vaern.node.exchange.peers import urls as peers

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "exchange"

urlpatterns: list[URLPattern] = [*calls.urlpatterns, *peers.urlpatterns]
