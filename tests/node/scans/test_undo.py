"""What is done to a scan and undone at once is as it was before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.node.scans.worlds import make_world
from tests.node.undoing import undone

from vaern.node.scans.models import Scan

pytestmark = pytest.mark.django_db


def stands() -> list[Any]:
    """Return what an undo has to bring back."""
    return list(Scan.everywhere.values_list("state", "outcome", "reviewed_by", "reviewed_at", "review_date"))


def test_a_decision_and_its_end_date_are_as_before_when_they_are_undone() -> None:
    world = make_world()
    scan = world.scan()
    undone(world.officer, "scans:review", [scan.pk], {"outcome": "unclear"}, stands)
    day = timezone.localdate() + timedelta(days=40)
    undone(world.officer, "scans:prolong", [scan.pk], {"until": day.isoformat()}, stands)
