"""Two organisations count what both hold, in a browser: off, on, asked, proposed, agreed; each page by axe-core."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.node.crosscheck.test_reveal import because, pictured
from tests.browser.node.reports.test_across import Window
from tests.node.crosscheck.intersection.sides import Side, on_for_both
from tests.node.factories import viewer_for

from vaern.node.crosscheck.intersection import actions
from vaern.node.crosscheck.models import ComparisonRun

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.turns
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_two_organisations_count_and_then_agree(visit: Any, width: int, theme: str) -> None:
    one, other = Side(), Side()
    one.holds(*range(150))
    other.holds(*range(110, 310))
    pair = on_for_both(one, other)
    actions.nightly()
    options = {"viewport": {"width": width, "height": 900}}
    people = (one.person, other.person, one.keeper.person)
    ours, theirs, keeper = (Window(visit, viewer_for(who), **options) for who in people)
    for window in (ours, theirs, keeper):
        window.visitor.prefer("en", theme)

    keeper.open("/crosscheck/private/organisations/")
    pictured(keeper, f"private-partners-{theme}")
    keeper.open(f"/crosscheck/private/organisations/{other.id}/")
    keeper.look("switch")

    ours.open("/crosscheck/private/")
    pictured(ours, f"private-{theme}")
    ours.open(f"/crosscheck/private/pairs/{pair.pk}/")
    pictured(ours, f"private-pair-{theme}")
    ours.follow("Count what both hold")
    pictured(ours, f"private-ask-{theme}")
    because(ours)
    ours.press("Count")
    assert "40" in ours.here.inner_text()
    pictured(ours, f"private-run-{theme}")
    ours.follow("Propose to see which")
    because(ours)
    ours.press("Propose")

    assert "Private comparison" in theirs.open("/")
    theirs.open(f"/crosscheck/private/runs/{ComparisonRun.everywhere.get().pk}/")
    theirs.follow("Agree")
    theirs.look("agree")
    because(theirs)
    theirs.press("Agree")
    assert "Your records that are in common" in theirs.here.inner_text()
    pictured(theirs, f"private-agreed-{theme}")
    assert ours.problems + theirs.problems + keeper.problems == []
