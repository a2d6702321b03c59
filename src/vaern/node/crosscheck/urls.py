"""The addresses of the cross-check, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.crosscheck.desk.urls import urlpatterns as desk
from vaern.node.crosscheck.registry.urls import urlpatterns as registry
from vaern.node.crosscheck.reveals.urls import urlpatterns as reveals

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "crosscheck"

urlpatterns: list[URLPattern] = [*desk, *registry, *reveals]
