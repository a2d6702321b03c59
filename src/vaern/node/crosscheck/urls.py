"""The addresses of the cross-check, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.crosscheck.desk.urls import urlpatterns as desk
from vaern.node.crosscheck.disclosures.urls import urlpatterns as disclosures
from vaern.node.crosscheck.hubs.urls import urlpatterns as hubs
from vaern.node.crosscheck.intersection.urls import urlpatterns as intersection
from vaern.node.crosscheck.registry.urls import urlpatterns as registry

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "crosscheck"

urlpatterns: list[URLPattern] = [*hubs, *desk, *registry, *disclosures, *intersection]
