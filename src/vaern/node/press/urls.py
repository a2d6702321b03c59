"""The addresses of the press, room by room."""

from __future__ import annotations

from vaern.node.press.events import urls as events

app_name = "press"

urlpatterns = [*events.urlpatterns]
