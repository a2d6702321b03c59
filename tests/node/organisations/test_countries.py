"""Every country has a name in both languages; the alliance's keep theirs, and no code that names none can be chosen."""

from __future__ import annotations

import re

import countries as tool
import pytest
from django.utils import translation
from tests.node.factories import make_member, make_organisation

from vaern.formats.cybertipline_shape import ENUMS
from vaern.node.casework.releases import forms as release_forms
from vaern.node.casework.releases import preview
from vaern.node.casework.releases.terms import Prospect
from vaern.node.organisations import countries
from vaern.node.organisations.countries import elsewhere, named

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "da")


def test_the_file_is_what_cldr_says() -> None:
    written = countries.FILE.read_text(encoding="utf-8")
    day = re.search(r"taken on (\d{4}-\d\d-\d\d)", written)
    assert day
    assert written == tool.text(day[1]), "python tools/countries.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_that_can_be_chosen_has_a_name_of_its_own(language: str) -> None:
    with translation.override(language):
        found = elsewhere({})
    assert len(found) == len(dict(found)) == len({name for _code, name in found}) == 249
    assert all(len(name) > 2 for _code, name in found)
    assert not {"AP", "EU", "FX", "AN", "XA", "ZZ"} & set(dict(found))


def test_what_other_peoples_formats_name_has_a_name_or_stays_its_code() -> None:
    without = {code for code in ENUMS["country"] if code.isalpha() and named(code, {}) == code}
    assert without <= {"AP", "FX", "AN", "CS", "TP", "YU", "ZR", "O1", "A1", "A2"}, "retired, or no country"
    assert named("EU", {}) == "European Union"


def test_names_are_in_the_readers_language_and_in_its_order() -> None:
    with translation.override("da"):
        names = [name for _code, name in elsewhere({})]
        assert named("DE", {}) == "Tyskland"
        assert names[-1] == "Åland"
    assert named("DE", {}) == "Germany"
    assert next(name for _code, name in elsewhere({})) == "Afghanistan"


def test_the_alliance_keeps_its_own_names_and_is_not_offered_twice() -> None:
    make_member("DE", name="Ilvania", name_da="Ilvanien")
    assert named("DE") == "Ilvania"
    assert "DE" not in dict(elsewhere({"DE": "Ilvania"}))
    assert named("") == "–"
    assert named("Q9") == "Q9"


@pytest.mark.parametrize(
    ("language", "name", "none"), [("en", "Westland", "No country"), ("da", "Vestlandet", "Intet land")]
)
def test_a_recipient_is_named_with_its_country_in_the_readers_language(language: str, name: str, none: str) -> None:
    """Where one chooses recipients, and where one sees before it leaves who will receive."""
    member = make_member("XW", name="Westland", name_da="Vestlandet")
    there = Prospect(make_organisation("police", member=member, name="Desk"), crosses=False)
    nowhere = Prospect(make_organisation("hub", member=None, name="Hub"), crosses=False)
    with translation.override(language):
        assert release_forms.named(there).startswith(f"Desk ({name}) – ")
        assert release_forms.named(nowhere).startswith("Hub – ")
        assert preview._detail(there).startswith(f"{name}; ")
        assert preview._detail(nowhere).startswith(f"{none}; ")
