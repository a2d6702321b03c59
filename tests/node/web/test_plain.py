"""What a cell says in a file: the words that people read, moments with their zone, and nothing to press."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.web.components import Chip, Clock, Code, Handling, Link, When
from vaern.node.web.day import Day
from vaern.node.web.plain import heads, lines, plain, words_of
from vaern.node.web.tables import Column, Row, Table

AT = datetime(2026, 5, 1, 12, 30, 15, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (None, ""),
        ("–", ""),
        (0, 0),
        (-5, -5),
        ("a & b", "a & b"),
        (Chip("Open", "info"), "Open"),
        (Link("A1", "/a/"), "A1"),
        (Code("0123456789abcdef", 3), "0123456789abcdef"),
        (Handling("amber+strict", "H1"), "TLP:AMBER+STRICT; H1"),
        (Day(date(2026, 5, 1)), "2026-05-01"),
        (Day(None), ""),
        (When(None), ""),
        (
            format_html("{} <span class='quiet'>{}</span> {}", "Material", "Morrowpost", Chip("Same")),
            "Material; Morrowpost; Same",
        ),
        (mark_safe("<button>Claim</button>"), ""),
        (
            mark_safe(
                "<details><summary>39<span class='visually-hidden'> of 100</span></summary><ul><li>x</ul></details>"
            ),
            "39",
        ),
        (format_html("{} &amp; {}", "<b>", "c"), "<b> & c"),
    ],
)
def test_a_cell_says_what_people_read(cell: object, said: object) -> None:
    assert plain(cell) == said


@pytest.mark.parametrize(
    "cell", [When(AT), Clock(AT), AT, format_html('<time datetime="{}">yesterday</time>', AT.isoformat())]
)
def test_a_moment_is_written_with_its_zone(cell: object) -> None:
    said = datetime.fromisoformat(str(plain(cell)))
    assert said.utcoffset() is not None
    assert said.replace(microsecond=0) == AT.replace(microsecond=0)


@given(st.text())
def test_text_that_is_no_html_stays_as_it_is(text: str) -> None:
    assert plain(text) == ("" if text == "–" else text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_words_of_what_was_escaped_are_the_words(text: str) -> None:
    assert "".join(words_of(format_html("<td>{}</td>", text)).split()) == "".join(text.split())


def test_a_file_has_no_column_of_buttons_and_says_the_marks() -> None:
    table = Table(
        "t",
        [Column("Code"), Column("Known", numeric=True), Column("Actions", hidden_label=True)],
        [Row(["A1", 3, mark_safe("<button>x</button>")], marks=[Chip("Urgent", "bad"), Chip("New")])],
        marks="State",
    )
    assert heads(table) == ["Code", "State", "Known"]
    assert list(lines(table)) == [["A1", "Urgent; New", 3]]
