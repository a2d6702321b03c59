"""The page of a meeting whose minutes are being written: everything on it can be hit, on a phone too."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.node.reports.test_across import Window
from tests.node.alliance.meetings.worlds import brought, make_meeting, secretary
from tests.node.alliance.progress.factories import publish
from tests.node.factories import make_member

from vaern.node.alliance.meetings import actions
from vaern.node.alliance.rules.meetings import Effect, State

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.turns
@pytest.mark.parametrize("width", [1440, 390])
def test_a_decision_leads_to_its_commitments(visit: Any, width: int) -> None:
    viewer = secretary()
    meeting = brought(viewer, make_meeting(viewer), State.HELD)
    made = [publish(make_member(code), viewer.person) for code in ("XA", "XB", "XC")]
    actions.put(viewer, meeting, "decisions", {"text": {"en": "More."}, "effects": {Effect.MAKES: made}})
    window = Window(visit, viewer, viewport={"width": width, "height": 900})
    window.open(f"/alliance/meetings/{meeting.pk}/")
    window.follow(f"{made[1].member} makes a commitment under goal 4.2")
    window.look("commitment")
    window.page.locator("#decided a").first.click()
    window.page.wait_for_url(f"**/alliance/meetings/{meeting.pk}/")
    assert window.problems == []
