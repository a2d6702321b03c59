"""A moment that somebody typed: the one that clocks showed, the first of two, and no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django import forms
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.organisations.forms import FirstForm, InviteForm, NewOrganisationForm, OrganisationForm
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.press.events.forms import EventForm
from vaern.node.web.fields import LineField, MomentField

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form

SUMMER, WINTER = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
"""When clocks of Copenhagen change: before the first moment it is 2 o'clock there, before the second it is 3."""

near = st.tuples(st.sampled_from([SUMMER, WINTER]), st.integers(-4 * 60, 4 * 60)).map(
    lambda drawn: drawn[0] + timedelta(minutes=drawn[1])
)


@pytest.fixture(autouse=True)
def copenhagen():
    with timezone.override("Europe/Copenhagen"):
        yield


def test_every_moment_comes_back_as_the_first_that_looks_so() -> None:
    field = MomentField()

    @given(near)
    def check(moment: datetime) -> None:
        shown = field.widget.format_value(field.prepare_value(moment))
        found = field.clean(shown)
        assert found is not None
        same = [moment + timedelta(hours=hours) for hours in (-1, 0, 1)]
        looks = [at for at in same if f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" == shown]
        assert found == looks[0]
        assert not field.has_changed(moment, shown)

    check()


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_what_no_clock_showed_is_refused(minute: int) -> None:
    with pytest.raises(forms.ValidationError, match="went forward"):
        MomentField().clean(f"2026-03-29T02:{minute:02}")


def test_another_text_is_a_change() -> None:
    field = MomentField(seconds=True, required=False)
    assert field.has_changed(WINTER, "2026-10-25T02:00:01")
    assert field.has_changed(None, "2026-10-25T02:00:00")
    assert field.has_changed(WINTER, "")
    assert not field.has_changed(None, "")


def test_it_says_in_which_zone_it_reads() -> None:
    bare, helped = MomentField(), MomentField(help_text="Empty: now.")
    assert str(bare.help_text) == "Time zone: Europe/Copenhagen."
    assert str(helped.help_text) == "Empty: now. Time zone: Europe/Copenhagen."
    with timezone.override("America/New_York"):
        assert str(bare.help_text) == "Time zone: America/New_York."


@given(st.text())
def test_a_line_holds_no_break_and_all_the_words(text: str) -> None:
    line = LineField(required=False, strip=False).to_python(text)
    assert len(line.splitlines()) <= 1
    assert line.split() == text.split()


LINES = "Eve\r\nBcc: all@mail.example\n\nDear colleague"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "name"),
    [
        (OrganisationForm, "name"),
        (NewOrganisationForm, "administrator"),
        (lambda given: InviteForm(given, kind=OrganisationKind.HOTLINE), "name"),
        (lambda given: FirstForm(given, person=Person()), "organisation"),
        (lambda given: FirstForm(given, person=Person()), "name"),
        *((EventForm, name) for name in ("title", "place", "contact")),
    ],
)
def test_a_name_cannot_write_paragraphs_into_our_mail(form: Callable[[dict[str, str]], Form], name: str) -> None:
    filled = form({name: LINES})
    filled.is_valid()
    assert filled.cleaned_data[name] == "Eve Bcc: all@mail.example Dear colleague"
