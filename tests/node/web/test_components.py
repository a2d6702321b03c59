"""Components say what they were given, escaped, in HTML that holds together."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.ledger.rules import Why
from vaern.node.web import charts, ticks
from vaern.node.web import components as c
from vaern.node.web.paging import Page
from vaern.node.web.reasons import CHOOSABLE, WHYS, ReasonForm, why_label
from vaern.node.web.tables import Column, Filter, Row, Table

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&"
NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.get_default_timezone())
VOID = {"br", "hr", "img", "input", "link", "meta", "path", "rect", "line", "circle"}


class Balance(HTMLParser):
    """Reads HTML and keeps what is open, what is wrong, and what a policy would stop."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()
        self.wrong += [f"<{tag}> is left open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.wrong += [f"{tag} {name}" for name, _value in attrs if name == "style" or name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def hostile() -> list[c.Component]:
    """Every component, with hostile text wherever text goes."""
    x = HOSTILE
    recipients = [c.Recipient(x, x, "amber", NOW, x)]
    return [
        c.Chip(x, "bad"),
        c.Handling("x" + x),
        c.Link(x, "/?" + x),
        c.Code(x),
        c.Code(x, 3),
        c.When(None, x),
        c.Clock(NOW),
        c.Score([c.Part(x, 40, x), c.Part(x, 5)], label=x),
        c.Score([c.Part(x, 40, x)], label=x, compact=True),
        c.Timeline([c.Event(NOW, x, x, x, "bad")], x),
        c.Empty(x, x, "/?" + x, x),
        c.Progress("/?" + x, x, 3, 9, "running", x),
        c.Secret(x, x),
        c.Definitions([(x, x), (x, c.Chip(x))]),
        charts.Bars(x, [(x, 3), (x, 0)], x),
        charts.Lines(x, [(x, 3), (x, 9), (x, 4)], x),
        charts.Heat(x, [(x, 3), (x, 9)], x),
        Table(
            x,
            [Column(x, sort="a"), Column(x, numeric=True), Column(x, hidden_label=True)],
            [Row([x, 1200, c.Chip(x)], url="/?" + x, tone="bad"), Row([x, x, x])],
            filters=[Filter("f", x, [(x, x)], x)],
            search=x,
            search_label=x,
            page=Page(
                [], "n" + x, "p", sort="-a", sorts=frozenset({"a"}), since=NOW, news=[True, False], only_news=True
            ),
            download="/?" + x,
            marks=x,
            total=2,
            keep={"k": x},
            show_caption=True,
        ),
        Table(x, [Column(x)], [], empty=c.Empty(x, x)),
        Table(x, [Column(x)], [], search=x),
        Table(x, [Column(x)], []),
        _Drawn("{% recipients value %}", recipients),
        _Drawn("{% tabs value label=more %}", [c.Tab(x, "/?" + x, current=True, count=3)]),
        _Drawn("{% opener 'd' more more 'primary' %}{% crumb more more %}{% crumb more %}", None),
        _Drawn("{% dialog id='d' title=more %}{{ more }}{% enddialog %}", None),
    ]


class _Drawn(c.Component):
    """What a template tag draws."""

    def __init__(self, source: str, value: Any) -> None:
        self.source, self.value = source, value

    def render(self) -> Any:
        return Template(self.source).render(Context({"value": self.value, "more": HOSTILE}))


@pytest.mark.parametrize("component", hostile(), ids=lambda one: f"{type(one).__name__}")
@pytest.mark.parametrize("language", ["en", "da"])
def test_hostile_text_stays_text(component: c.Component, language: str) -> None:
    with translation.override(language):
        html = str(component)
    assert "<img" not in html
    assert "</script>" not in html
    assert Balance(html).wrong == []
    assert not {"script", "style"} & Balance(html).tags


@pytest.mark.parametrize("component", hostile(), ids=lambda one: f"{type(one).__name__}")
def test_a_component_in_a_template_is_not_escaped_again(component: c.Component) -> None:
    html = str(component)
    assert Template("{{ it }}").render(Context({"it": component})) == html


@given(st.text(), st.sampled_from(c.TONES))
def test_a_chip_says_its_words(text: str, tone: str) -> None:
    assert str(c.Chip(text, tone)) == f'<span class="chip {tone}">{escape(text)}</span>'


def test_a_tone_is_one_of_the_list() -> None:
    with pytest.raises(ValueError, match="a tone is one of"):
        c.Chip("x", "purple")


@given(st.text(alphabet="abcdef0123456789", max_size=70), st.integers(0, 20))
def test_a_shortened_code_has_the_whole_in_its_title(value: str, keep: int) -> None:
    html = str(c.Code(value, keep))
    assert value in html
    if shown := re.search(r">(.*)…(.*)<", html):
        assert value.startswith(shown[1])
        assert value.endswith(shown[2])
        assert len(shown[1]) == len(shown[2]) == keep


@given(st.integers(-5000, 5000).filter(bool), st.sampled_from(["en", "da"]))
def test_a_clock_is_overdue_exactly_when_its_deadline_is_past(hours: int, language: str) -> None:
    with translation.override(language):
        clock = c.Clock(timezone.now() + timedelta(hours=hours, minutes=1 if hours > 0 else -1))
        word = {"en": ("left", "overdue"), "da": ("tilbage", "over fristen")}[language][hours < 0]
        assert word in str(clock)
    assert (clock.tone == "bad") == (hours < 0)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=7) - timedelta(seconds=1), "7 days left"),
        (timedelta(days=90), "90 days left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(days=1, hours=12, minutes=20), "36 hours left"),
        (timedelta(hours=4) - timedelta(seconds=1), "4 hours left"),
        (timedelta(hours=1, minutes=30), "90 minutes left"),
        (timedelta(minutes=1), "1 minute left"),
        (timedelta(days=-3), "3 days overdue"),
    ],
)
def test_a_clock_says_what_was_promised(left: timedelta, words: str) -> None:
    assert words in str(c.Clock(timezone.now() + left))


@given(st.integers(0, 10**8), st.sampled_from(["en", "da"]))
def test_a_time_in_words_is_off_by_half_its_unit_at_most(seconds: int, language: str) -> None:
    with translation.override(language):
        number, unit = c.rounded(timedelta(seconds=seconds)).split()
    size = {"m": 60, "h": 3600, "t": 3600, "d": 86400}[unit[0]]
    assert abs(int(number) * size - seconds) <= size / 2
    assert size == 60 or seconds > size


@given(st.integers(-300, 300).filter(bool))
def test_a_clock_that_was_met_stands(hours: int) -> None:
    clock = c.Clock(NOW, NOW - timedelta(hours=hours))
    assert clock.tone == ("good" if hours > 0 else "bad")


def test_a_near_deadline_is_shown_as_near() -> None:
    due = timezone.now() + timedelta(days=2)
    assert c.Clock(due).tone == "neutral"
    assert c.Clock(due, soon=timedelta(days=1)).tone == "neutral"
    assert c.Clock(due, soon=timedelta(days=3)).tone == "warning"


@given(st.lists(st.floats(0, 60), max_size=6), st.floats(1, 200))
def test_the_parts_of_a_score_fill_the_bar_and_never_more(points: list[float], of: float) -> None:
    score = c.Score([c.Part("x", p, "y") for p in points], of)
    edge = 0.0
    for (_shade, left, width), part in zip(score.segments, score.parts, strict=True):
        assert left == pytest.approx(edge, abs=0.02)
        assert width >= 0
        assert left + width <= 100.01
        edge = min(edge + 100 * part.points / of, 100)
    html = str(score)
    assert html.count("<li>") == len(points)  # never a bare number: each part is named


@given(st.floats(0, 1e9))
def test_ticks_reach_the_highest_and_are_few(highest: float) -> None:
    found = ticks.ticks(highest)
    assert found[0] == 0
    assert found[-1] >= highest
    assert len(found) <= 7
    steps = {round(b - a, 6) for a, b in pairwise(found)}
    assert len(steps) == 1


@given(st.lists(st.floats(0, 1e6), max_size=40))
def test_charts_carry_all_their_data(values: list[float]) -> None:
    points = [(f"day {n}", value) for n, value in enumerate(values)]
    for chart in (charts.Bars("t", points), charts.Lines("t", points), charts.Heat("t", points)):
        html = str(chart)
        drawn = 0 if isinstance(chart, charts.Lines) and len(points) == 1 else len(points)
        assert len(re.findall(r'<th scope="row">', html)) == drawn
    for _x, _y, shade, _label, value in charts.Heat("t", points).squares:
        assert 0 <= shade <= 4
        assert (shade == 0) == (value == 0)
    for _label, _value, length in charts.Bars("t", points).bars:
        assert 0 <= length <= 100


def test_a_bar_of_per_cent_is_as_long_as_its_share() -> None:
    rows = [("a", 50.0), ("b", 25.0), ("c", 0.0)]
    assert [length for _l, _v, length in charts.Bars("t", rows, "%", full=100).bars] == [50, 25, 0]
    assert [length for _l, _v, length in charts.Bars("t", rows).bars] == [100, 50, 0]


@pytest.mark.parametrize("count", range(1, 9))
def test_the_text_of_a_moment_never_leaves_the_plot(count: int) -> None:
    labels = charts.Lines("t", [(f"September {n}", 1) for n in range(count)]).labels
    assert labels[0][2] == "start"
    assert all(anchor == "end" for x, _label, anchor in labels if x >= charts.WIDTH - 12)


@given(st.lists(st.integers(0, 9_999), max_size=4), st.sampled_from(["", "files"]))
def test_one_point_is_a_number_with_its_unit_and_day_and_no_line(values: list[int], unit: str) -> None:
    html = str(charts.Lines("Looked at", [(f"{n} May", value) for n, value in enumerate(values)], unit))
    assert ("<svg" in html) == (len(values) > 1)
    if len(values) == 1:
        assert f"<strong>{values[0]:,}</strong> {unit}".strip() in html
        assert "0 May" in html
    assert ("There is no number yet." in html) == (not values)


@given(st.booleans(), st.booleans(), st.integers(0, 3))
def test_the_browser_sorts_a_table_that_is_whole_and_ranks_nobody(paged: bool, fixed: bool, count: int) -> None:
    rows = [Row([str(n)]) for n in range(count)]
    table = Table("t", [Column("A")], rows, page=Page([]) if paged else None, fixed=fixed)
    assert table.sorts_itself == ("data-sorts-itself" in str(table)) == (not paged and not fixed and count > 1)


def test_links_of_a_table_keep_what_was_chosen() -> None:
    table = Table(
        "t",
        [Column("A", sort="a"), Column("B", sort="b")],
        [Row(["x", "y"])],
        filters=[Filter("f", "F", [], "1")],
        search="w o",
        page=Page([], "N", "P", sort="a", sorts=frozenset({"a", "b"})),
        keep={"tab": "z"},
    )
    assert table.next_url == "?tab=z&f=1&q=w+o&sort=a&after=N"
    assert table.previous_url == "?tab=z&f=1&q=w+o&sort=a&before=P"
    assert table.clear_url == "?tab=z&sort=a"
    assert [(url, now) for _column, url, now in table.heads] == [
        ("?tab=z&f=1&q=w+o&sort=-a", "ascending"),
        ("?tab=z&f=1&q=w+o&sort=b", ""),
    ]


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="zip"):
        str(Table("t", [Column("A"), Column("B")], [Row(["x"])]))


def test_numbers_are_grouped_as_the_language_groups_them() -> None:
    for language, shown in (("en", "1,234,567.5"), ("da", "1.234.567,5")):
        with translation.override(language):
            assert Template("{{ n|number }}").render(Context({"n": 1234567.5})) == shown


def test_a_cell_writes_a_day_and_a_moment_as_the_text_around_it_does() -> None:
    for language, shown in (("en", "27 November 2022"), ("da", "27. november 2022")):
        with translation.override(language):
            for value in (date(2022, 11, 27), datetime(2022, 11, 27, 12, tzinfo=UTC)):
                assert Template("{{ it|number }}").render(Context({"it": value})) == Template("{{ it }}").render(
                    Context({"it": value})
                )
                assert shown in str(Table("t", [Column("A"), Column("B")], [Row(["x", value])]))
    assert Template("{{ it|number }}").render(Context({"it": c.Chip("<b>")})) == str(c.Chip("<b>"))


def test_dates_are_european_in_both_languages() -> None:
    for language, shown in (("en", "24 Nov 2026, 12:00"), ("da", "24. nov. 2026, 12.00")):
        with translation.override(language):
            assert f">{shown}<" in str(c.When(NOW))


def test_every_why_has_its_words_and_only_some_are_chosen() -> None:
    assert set(WHYS) == set(Why)
    assert {Why.OWN_ACCOUNT, Why.RETENTION} == set(Why) - set(CHOOSABLE)
    assert why_label("gone_since") == "gone_since"


@given(st.sampled_from(Why), st.text(max_size=30))
def test_a_reason_form_gives_a_reason_or_says_what_is_missing(why: Why, words: str) -> None:
    form = ReasonForm({"why": why.value, "words": words})
    printable = "\0" not in words
    may = why in CHOOSABLE and (why is not Why.OTHER or bool(words.strip())) and printable
    assert form.is_valid() == may
    if may:
        assert form.reason.why is why
        assert form.reason.words == words.strip()
    else:
        assert set(form.errors) <= {"why", "words"}


def test_a_form_names_its_errors_twice_and_ties_them_to_their_fields() -> None:
    html = str(ReasonForm({"why": Why.OTHER.value, "words": ""}))
    assert 'href="#id_words"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_words_helptext id_words_error"' in html
    assert 'id="id_words_error"' in html
    assert Balance(html).wrong == []


SVG = '<?xml version="1.0"?><svg xmlns="x" viewBox="0 0 29 29"><path d="M4,4H11V5zM1 2" fill="#000"/></svg>'


def test_a_qr_code_is_part_of_the_page_and_brings_its_path_only() -> None:
    draw = Template("{% qr svg 'QR' %}")
    html = draw.render(Context({"svg": SVG}))
    assert 'viewBox="0 0 29 29"' in html
    assert 'd="M4,4H11V5zM1 2"' in html
    assert "#000" not in html
    for bad in ("<svg></svg>", SVG.replace("M4,4", 'x" onload="y')):
        with pytest.raises(ValueError, match="QR"):
            draw.render(Context({"svg": bad}))


def test_a_real_qr_code_is_read() -> None:
    from allauth.mfa.adapter import get_adapter

    svg = get_adapter().build_totp_svg("otpauth://totp/ada@hotline.example?secret=ABCDEFGH&issuer=V%C3%A6rn")
    html = Template("{% qr svg 'QR' %}").render(Context({"svg": svg, "request": RequestFactory().get("/")}))
    assert Balance(html).wrong == []
    assert len(html) > 1000


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_one_that_html_takes(at: datetime) -> None:
    html = c.When(at).render() + c.Clock(at).render()
    found = re.findall(r'datetime="([^"]*)"', html)
    assert len(found) == 2
    for text in found:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?\+00:00", text)


def test_a_column_without_a_head_is_refused() -> None:
    with pytest.raises(ValueError, match="hidden_label"):
        Column("")
