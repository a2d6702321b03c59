"""Legal grounds: a day is inside or outside, a gap is not filled, what is stopped is explained."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_member, make_organisation
from tests.node.reports.factories import make_report

from vaern.node.reports.law import data, grounds
from vaern.node.reports.law.grounds import GroundMissing
from vaern.node.reports.models import LegalGround
from vaern.node.reports.models.assessment import ACTIONS
from vaern.node.reports.rules import assessments

DAYS = st.dates(date(2015, 1, 1), date(2030, 1, 1))


@st.composite
def provisions(draw: st.DrawFn) -> list[LegalGround]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        first = draw(DAYS)
        last = draw(st.none() | st.dates(first, date(2031, 1, 1)))
        country = draw(st.sampled_from(["", "XA", "XV"]))
        found.append(
            LegalGround(
                code=f"g{number}",
                action=draw(st.sampled_from(ACTIONS)),
                country=country,
                valid_from=first,
                valid_to=last,
                kinds=draw(st.sampled_from([[], ["platform"], ["police", "hotline"]])),
            )
        )
    return found


@given(provisions(), st.sampled_from(ACTIONS), st.sampled_from(["", "XA", "XV"]), DAYS)
def test_a_ground_holds_on_the_days_between_its_first_and_its_last_and_only_for_its_action(
    given_grounds: list[LegalGround], action: str, country: str, on: date
) -> None:
    found = assessments.in_force(given_grounds, action, country, "platform", on)
    of_action = [ground for ground in given_grounds if ground.action == action]
    own = [ground for ground in of_action if ground.country == country]
    everywhere = [ground for ground in of_action if ground.country == ""]
    speaking = [ground for ground in (own or everywhere) if not ground.kinds or "platform" in ground.kinds]
    holding = [
        ground
        for ground in speaking
        if (on - ground.valid_from).days >= 0 and (ground.valid_to is None or (ground.valid_to - on).days >= 0)
    ]
    assert (found is None) == (not holding)
    if found is not None:
        assert found in holding
        assert all(ground.valid_from <= found.valid_from for ground in holding)


@pytest.mark.django_db
def test_grounds_and_schemes_are_there_after_a_migration_and_loading_again_changes_nothing() -> None:
    assert LegalGround.objects.filter(country="XA").exists()
    assert data.load() == 0


@pytest.mark.django_db
def test_a_lapsed_ground_stops_the_action_and_the_explanation_names_both_periods() -> None:
    sender = make_organisation("platform", member=make_member("XA"))
    report = make_report(make_organisation("hotline", member=sender.member))
    for on in (date(2026, 4, 3), date(2026, 7, 15)):
        assert grounds.check("detect", sender, report, on) is not None
    for on in (date(2026, 4, 4), date(2026, 7, 14), date(2028, 4, 4)):
        with pytest.raises(GroundMissing) as caught:
            grounds.check("detect", sender, report, on)
        assert "2026" in str(caught.value)
        assert "of 2021" in str(caught.value)
        assert "of 2026" in str(caught.value)


@pytest.mark.django_db
def test_a_ground_that_the_sender_named_has_to_be_in_force_itself() -> None:
    sender = make_organisation("platform", member=make_member("XA"))
    named = make_report(make_organisation("hotline"), legal_ground="nordhavia-detection-2021")
    assert grounds.check("detect", sender, named, date(2026, 1, 1)) is not None
    with pytest.raises(GroundMissing, match="nordhavia-detection-2021"):
        grounds.check("detect", sender, named, date(2026, 8, 1))


@pytest.mark.django_db
@pytest.mark.parametrize("action", ACTIONS)
def test_an_organisation_without_a_country_acts_on_what_holds_everywhere(action: str) -> None:
    kind = {"detect": "platform", "hold": "police"}.get(action, "hub")
    found = grounds.in_force(action, make_organisation(kind), date(2026, 11, 24))
    assert found is not None
    assert found.country == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("action", "kind"), [("detect", "hotline"), ("hold", "hotline"), ("hold", "platform")])
def test_a_ground_speaks_of_some_kinds_of_organisations_and_no_other_may_act_on_it(action: str, kind: str) -> None:
    assert grounds.in_force(action, make_organisation(kind), date(2026, 11, 24)) is None


@pytest.mark.django_db
def test_a_country_with_its_own_law_is_not_helped_by_what_holds_everywhere() -> None:
    vestrovia = make_organisation("hotline", member=make_member("XV"))
    lapsed = date(2025, 12, 31) + timedelta(days=1)
    assert grounds.in_force("block", vestrovia, lapsed - timedelta(days=1)) is not None
    assert grounds.in_force("block", vestrovia, lapsed) is None
