"""The addresses of cases, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.cases.assistance import urls as assistance
from vaern.node.cases.evidence import urls as evidence
from vaern.node.cases.outcomes import urls as outcomes
from vaern.node.cases.work import urls as work

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "cases"

urlpatterns: list[URLPattern] = [
    *outcomes.urlpatterns,
    *work.urlpatterns,
    *assistance.urlpatterns,
    *evidence.urlpatterns,
]
