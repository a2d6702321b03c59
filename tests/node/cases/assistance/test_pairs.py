"""The pairs of countries that everybody asks about, written down by hand: what has to be there, and what must not.

Not from what the router does, but from the review by the field of 27 November 2026, which names for each what is law.
"""

from __future__ import annotations

from datetime import date

import pytest

from vaern.node.cases.rules.instrument_files import book
from vaern.node.cases.rules.instruments import DataKind, Kind
from vaern.node.cases.rules.router import route
from vaern.node.cases.rules.routes import AGAINST, Answer, Code, Question, Route, Standing

BOOK = book()
DAY = date(2026, 11, 28)
CONTENT, SUBSCRIBER = DataKind.CONTENT, DataKind.SUBSCRIBER
UNION_FAST = {"eio", "eio-32", "epoc", "epoc-pr"}


def asked(here: str, there: str, data: DataKind, *, on: date = DAY, **more: bool) -> Route:
    return route(Question(here, there, data, on, **more), BOOK)


def names(answers: tuple[Answer, ...]) -> list[str]:
    return [one.instrument.code for one in answers]


def barred(found: Route, code: str) -> set[Code]:
    (answer,) = [one for one in found.others if one.instrument.code == code]
    return {line.code for line in answer.lines if line.code in AGAINST}


@pytest.mark.parametrize("there", ["PL", "IT"])
def test_denmark_to_poland_and_to_italy(there: str) -> None:
    """Both are bound with Denmark by the conventions of 1959 and of 2000, and by Budapest."""
    found = asked("DK", there, CONTENT)
    assert {"eu-2000-mla", "coe-1959-mla", "budapest-29", "budapest-31", "budapest-35"} <= set(names(found.usable))
    assert names(found.sequence) == ["budapest-29", "eu-2000-mla"]
    assert not UNION_FAST & set(names(found.ranked))
    assert names(found.ranked)[-1] == "letter-rogatory"
    assert "spoc" in names(asked("DK", there, SUBSCRIBER).usable)
    before_italy = asked("DK", "IT", CONTENT, on=date(2018, 2, 21))
    assert barred(before_italy, "eu-2000-mla") == {Code.NOT_YET}


def test_denmark_to_ireland() -> None:
    """The seat of many providers: no Budapest; both conventions since 2020; the provider itself; police to police."""
    found = asked("DK", "IE", SUBSCRIBER)
    assert {"provider-direct", "provider-preserve", "eu-2000-mla", "coe-1959-mla", "spoc"} <= set(names(found.usable))
    assert barred(found, "budapest-29") == barred(found, "budapest-31") == {Code.STAYS_OUT}
    for code in UNION_FAST:
        assert Code.STAYS_OUT in barred(found, code)
    assert names(found.sequence) == ["provider-preserve", "provider-direct"]
    content = asked("DK", "IE", CONTENT)
    assert names(content.sequence) == ["provider-preserve", "eu-2000-mla"]
    assert barred(content, "provider-direct") == {Code.WRONG_DATA}
    assert barred(asked("DK", "IE", CONTENT, on=date(2020, 8, 22)), "eu-2000-mla") == {Code.NOT_YET}
    assert barred(content, "addressee") == {Code.INSIDE}


def test_denmark_to_the_usa_for_content() -> None:
    """The ground for stored data is Budapest 25 to 31; the instrument of 2005 gives certain forms only."""
    found = asked("DK", "US", CONTENT)
    assert names(found.sequence) == ["budapest-29", "budapest-31"]
    assert "us-2703f" in names(found.usable)
    assert barred(found, "dk-us-mla") == {Code.WRONG_DATA}
    assert barred(found, "eu-us-forms") == {Code.WRONG_DATA}
    assert barred(found, "eu-us-mla") == {Code.STAYS_OUT}
    assert "untoc-18" in names(found.usable)
    mla = [one.instrument.code for one in found.usable if one.instrument.kind is Kind.MLA]
    assert mla[0] == "budapest-31"
    assert mla[-1] == "letter-rogatory"
    assert "addressee" in names(found.usable)  # ask again with the country of the provider's addressee


def test_denmark_to_the_usa_for_a_subscriber() -> None:
    found = asked("DK", "US", SUBSCRIBER)
    assert names(found.sequence) == ["budapest-29", "provider-direct"]


def test_denmark_to_the_usa_with_a_life_in_danger() -> None:
    """Hours, and not ten months: 18 USC 2702(b)(8) and (c)(4) come before everything."""
    for data in DataKind:
        found = asked("DK", "US", data, urgent=True)
        assert names(found.ranked)[0] == names(found.sequence)[0] == "us-emergency"
        assert found.ranked[0].expects is not None
        assert found.ranked[0].expects.span.hours <= 24
        assert barred(found, "provider-emergency") == {Code.REPLACED}
    assert names(asked("DK", "IE", CONTENT, urgent=True).sequence)[0] == "provider-emergency"
    assert barred(asked("DK", "US", CONTENT), "us-emergency") == {Code.NEEDS_EMERGENCY}


def test_germany_to_france() -> None:
    """The orders of the Union, which take the place of the conventions."""
    found = asked("DE", "FR", CONTENT)
    assert set(names(found.usable)) >= UNION_FAST
    assert barred(found, "coe-1959-mla") == barred(found, "eu-2000-mla") == {Code.REPLACED}
    assert names(found.sequence) == ["eio-32", "epoc"]
    urgent = asked("DE", "FR", CONTENT, urgent=True)
    (epoc,) = [one for one in urgent.usable if one.instrument.code == "epoc"]
    assert epoc.expects is not None
    assert epoc.expects.span.hours == 8
    (measure,) = [one for one in found.usable if one.instrument.code == "eio-32"]
    assert measure.expects is not None
    assert measure.expects.span.hours == 24  # always, urgent or not


def test_the_usa_to_denmark() -> None:
    found = asked("US", "DK", CONTENT)
    assert names(found.sequence) == ["budapest-29", "budapest-31"]
    assert not UNION_FAST & set(names(found.ranked))
    assert barred(found, "dk-us-mla") == {Code.WRONG_DATA}
    assert barred(found, "coe-1959-mla") == {Code.NOT_PARTY}
    assert "us-2703f" not in names(found.ranked)
    assert barred(found, "dk-786a") == {Code.OTHER_COUNTRY}


def test_the_philippines_to_denmark() -> None:
    """Budapest since 1 July 2018; the protocol on the sale of children and the one on organised crime."""
    found = asked("PH", "DK", CONTENT)
    assert names(found.sequence) == ["budapest-29", "budapest-31"]
    assert {"opsc-6", "untoc-18"} <= set(names(found.usable))
    assert "lanzarote-38" in names(found.uncertain)
    assert barred(asked("PH", "DK", CONTENT, on=date(2018, 6, 30)), "budapest-31") == {Code.NOT_YET}


def test_where_the_table_does_not_say_the_answer_is_look_and_never_no() -> None:
    found = asked("DK", "NZ", CONTENT)
    assert {"budapest-29", "budapest-31"} <= set(names(found.uncertain))
    assert "untoc-18" in names(found.usable)
    assert "us-2703f" in names(asked("NZ", "US", CONTENT).uncertain)  # its way there is one that the table leaves open
    croatia = asked("DK", "HR", CONTENT)
    assert "eu-2000-mla" in names(croatia.uncertain)
    assert {one.standing for one in croatia.uncertain} == {Standing.UNCERTAIN}


def test_the_united_kingdom_after_2020() -> None:
    to_denmark = asked("GB", "DK", CONTENT)
    assert "tca-mla" in names(to_denmark.usable)
    assert barred(to_denmark, "eu-2000-mla") == {Code.NO_MORE}
    assert barred(to_denmark, "eio") == {Code.NO_MORE, Code.STAYS_OUT}
    to_the_usa = asked("GB", "US", CONTENT)
    assert {"cloud-gb-us", "gb-us-mla"} <= set(names(to_the_usa.usable))
    assert barred(to_the_usa, "eu-us-mla") == {Code.REPLACED}
    assert barred(asked("GB", "US", CONTENT, on=date(2022, 10, 2)), "cloud-gb-us") >= {Code.NOT_YET}
    assert "cloud-au-us" in names(asked("AU", "US", CONTENT).usable)
    assert "tca-mla" not in names(asked("DK", "PL", CONTENT).ranked)


def test_the_neighbours_in_the_north_and_japan() -> None:
    assert {"nordic-1974", "eu-is-no-mla"} <= set(names(asked("DK", "NO", CONTENT).usable))
    assert "nordic-1974" in names(asked("IS", "NO", CONTENT).usable)
    assert barred(asked("IS", "NO", CONTENT), "eu-is-no-mla") == {Code.WRONG_SIDES}
    assert barred(asked("SE", "FI", CONTENT), "nordic-1974") == {Code.REPLACED}
    assert "eu-japan-mla" in names(asked("DK", "JP", CONTENT).usable)


def test_the_second_protocol_binds_nobody_yet_and_denmark_has_not_signed() -> None:
    found = asked("DK", "RS", SUBSCRIBER)
    assert barred(found, "budapest2-7") == {Code.NOT_IN_FORCE, Code.STAYS_OUT}
    for code in ("budapest2-7", "budapest2-8"):
        assert barred(asked("RS", "HU", SUBSCRIBER), code) == {Code.NOT_IN_FORCE}
    for code in ("budapest2-9", "budapest2-10"):
        assert barred(asked("RS", "HU", CONTENT, urgent=True), code) == {Code.NOT_IN_FORCE}
        assert barred(asked("RS", "HU", CONTENT), code) == {Code.NOT_IN_FORCE, Code.NEEDS_EMERGENCY}


def test_preservation_at_home() -> None:
    assert names(asked("DK", "DK", CONTENT).usable) == ["dk-786a", "national-order"]
    assert names(asked("SE", "SE", CONTENT).usable) == ["home-preserve", "national-order"]


def test_the_convention_of_2000_as_its_depositary_has_it() -> None:
    days = {row.country: row.since for row in BOOK.parties if row.treaty == "eu-2000" and row.bound}
    listed = {
        "BE": (2005, 8, 23),
        "AT": (2005, 8, 23),
        "SI": (2005, 9, 26),
        "PL": (2005, 10, 26),
        "HU": (2005, 11, 23),
        "GB": (2005, 12, 21),
        "CY": (2006, 2, 1),
        "CZ": (2006, 6, 12),
        "SK": (2006, 10, 1),
        "BG": (2007, 12, 1),
        "RO": (2007, 12, 1),
        "MT": (2008, 7, 3),
        "LU": (2011, 3, 6),
        "IT": (2018, 2, 22),
    }
    assert {code: date(*day) for code, day in listed.items()}.items() <= days.items()
    assert len(days) == 26
    assert "HR" not in days
    assert [row.bound for row in BOOK.parties if (row.country, row.treaty) == ("GR", "eu-2000")] == [False]


def test_how_many_are_bound() -> None:
    bound = {
        treaty: {row.country for row in BOOK.parties if row.treaty == treaty and row.bound}
        for treaty in ("coe-1959", "budapest")
    }
    assert len(bound["coe-1959"]) == 50
    assert {"CL", "IL", "KR"} <= bound["coe-1959"]
    assert len(bound["budapest"]) >= 75
    assert not {"IE", "NZ"} & bound["budapest"]


@pytest.mark.parametrize("data", DataKind)
def test_an_order_of_the_union_asks_how_grave_the_offence_is_for_traffic_and_content_alone(data: DataKind) -> None:
    """Regulation (EU) 2023/1543, art. 5(3) and (4), recitals 40 and 41."""
    order = BOOK.instruments["epoc"]
    guarded = data in {DataKind.TRAFFIC, DataKind.CONTENT}
    assert (data in order.threshold) is guarded
    for words in (order.only["en"], next(one.en for one in BOOK.forms["epoc"].fields if one.code == "offence")):
        assert "three years" in words
        assert "2011/93/EU" in words
    assert "judge" in order.only["en"]
    light, unknown, grave = (asked("DE", "FR", data, grave=grave) for grave in (False, None, True))
    assert ("epoc" in names(light.usable)) is not guarded
    if guarded:
        assert barred(light, "epoc") == {Code.OFFENCE_TOO_LIGHT}
    for found, code in ((unknown, Code.OFFENCE_UNKNOWN), (grave, Code.OFFENCE_MET)):
        said = {line.code for one in found.usable if one.instrument.code == "epoc" for line in one.lines}
        assert said, "nobody has looked: that stands against nothing"
        assert (code in said) is guarded
    for found in (light, unknown, grave):
        assert "epoc-pr" in names(found.usable), "a preservation may be had for any offence: art. 6(3)"


def test_the_forms_of_the_union_have_the_letters_of_their_provisions() -> None:
    """Directive 2014/41/EU, Annex A (recalled); Regulation (EU) 2023/1543, art. 5(5), 6(4) and 9(2) and (3)."""
    letters = {code: [one.mark for one in BOOK.forms[code].fields if one.mark] for code in ("eio", "epoc", "epoc-pr")}
    assert letters["eio"] == list("ABCDEFGHIJKL")
    assert ", ".join(letters["epoc"]) == "a, b, c, d, e, f, g, h, i, j"
    assert ", ".join(letters["epoc-pr"]) == "a, b, c, d, e, f, g"
    withheld = {code: {one.mark for one in BOOK.forms[code].fields if one.withheld} for code in ("epoc", "epoc-pr")}
    assert withheld == {"epoc": {"", "i", "j"}, "epoc-pr": {"g"}}, "9(2) and (3): the certificate leaves them out"
