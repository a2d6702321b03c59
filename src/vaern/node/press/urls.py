"""The addresses of the press, room by room."""

from __future__ import annotations

from vaern.node.press.door import urls as door
from vaern.node.press.events import urls as events
from vaern.node.press.journalists import urls as journalists
from vaern.node.press.papers import urls as papers

app_name = "press"

urlpatterns = [*events.urlpatterns, *journalists.urlpatterns, *papers.urlpatterns, *door.urlpatterns]
