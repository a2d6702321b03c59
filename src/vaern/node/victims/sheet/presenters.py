"""Turn the work list and the page of a series into what templates show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.workstations.labels import in_words
from vaern.node.external.labels import FILTER
from vaern.node.external.presenters import chips
from vaern.node.victims.base import labels
from vaern.node.victims.base import labels as base_labels
from vaern.node.victims.clues.presenters import named
from vaern.node.victims.models import Series
from vaern.node.victims.rules.series import UNIDENTIFIED, State, due_after
from vaern.node.victims.rules.sharing import Milestones
from vaern.node.victims.sharing.presenters import day
from vaern.node.victims.sharing.queries import milestones_of
from vaern.node.victims.sheet import labels as words
from vaern.node.victims.sheet.ring import Node, Ring
from vaern.node.web.charts import Bars
from vaern.node.web.codenames import second_name
from vaern.node.web.components import Chip, Clock, Definitions, Empty, Link, Tab, Timeline, When
from vaern.node.web.components import Event as Happened
from vaern.node.web.records import Head
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Member
    from vaern.node.victims.sheet.connections import Connections
    from vaern.node.victims.sheet.queries import Files, Search, SeriesSheet
    from vaern.node.web.paging import Page


def list_table(viewer: Viewer, page: Page[Series], search: Search, seen: set[Any]) -> Table:
    """Return the work list, the last changed first; changes since the viewer last looked are marked."""
    numbers = chips(viewer, Series.KIND, [one.pk for one in page.rows])
    return Table(
        caption=_("Series"),
        columns=[
            Column(_("Series"), sort="code"),
            Column(_("State"), sort="state"),
            Column(_("Country"), sort="country"),
            Column(_("Files"), sort="files", numeric=True),
            Column(_("Clock"), sort="since"),
            Column(_("Works on it")),
            Column(_("Whose"), sort="organisation"),
            Column(_("Changed"), sort="changed"),
        ],
        rows=[_row(viewer, one, numbers.get(one.pk, []), new=one.pk not in seen) for one in page.rows],
        filters=[
            Filter("state", _("State"), [(s.value, label) for s, (label, _t) in labels.STATES.items()], search.state),
            Filter(
                "whose",
                _("Whose"),
                [("mine", _("I work on it")), ("own", _("Own")), ("released", _("Released to us"))],
                search.whose,
            ),
            Filter("number", _("External identifier"), list(FILTER.items()), search.number),
            Filter("new", _("New since I looked"), [("yes", _("Only new"))], search.new),
        ],
        search=search.text,
        search_label=_("Code or external identifier"),
        page=page,
        empty=Empty(_("No series"), _("Series are made of the files of scans and reports that belong together.")),
        id="series",
    )


def _row(viewer: Viewer, one: Series, numbers: list[Chip], *, new: bool) -> Row:
    own = one.organisation_id == viewer.organisation.id
    code: object = one.code
    if new:
        code = format_html(
            '{} <span class="dot" title="{}"></span><span class="visually-hidden">{}</span>',
            one.code,
            _("New since you looked"),
            _("New since you looked"),
        )
    return Row(
        [
            code,
            format_html_join(" ", "{}", ((chip,) for chip in (labels.state(one.state), *numbers))),
            named(one.country) if one.country else "–",
            one.members_total,
            clock_of(one) or "–",
            one.working.name if one.working and own else "–",
            _("Own") if own else one.organisation.name,
            When(one.changed_at),
        ],
        url=reverse("victims:series", args=[one.pk]),
        tone="bad" if one.state == State.IDENTIFIED.value else "",
    )


def clock_of(series: Series) -> Clock | None:
    """Return the deadline of the current state of a series, or None."""
    within = due_after(State(series.state))
    return Clock(series.state_since + within, soon=within / 4) if within else None


def funnel_bars(funnel: dict[State, int]) -> Bars:
    """Return the number of series in each state, as bars that double as a table."""
    return Bars(_("From new to closed"), [(labels.STATES[s][0], n) for s, n in funnel.items()], _("Series"))


def tabs(series: Series, current: str) -> list[Tab]:
    """Return the pages about one series."""
    return [
        Tab(_("Overview"), reverse("victims:series", args=[series.pk]), current == "series"),
        Tab(_("Files"), reverse("victims:series-files", args=[series.pk]), current == "files", series.members_total),
        Tab(_("Graph"), reverse("victims:series-graph", args=[series.pk]), current == "graph"),
        Tab(_("Timeline"), reverse("victims:series-timeline", args=[series.pk]), current == "timeline"),
    ]


def head_context(viewer: Viewer, series: Series, current: str) -> dict[str, Any]:
    """Return the context of the head of each page of a series."""
    return {
        "series": series,
        "state": labels.state(series.state),
        "clock": clock_of(series),
        "tabs": tabs(series, current),
        "own": series.organisation_id == viewer.organisation.id,
        "confirmed": Chip(_("Confirmed"), "good") if series.confirmed else Chip(_("Not confirmed yet")),
    }


def sheet_context(viewer: Viewer, sheet: SeriesSheet) -> dict[str, Any]:
    """Return all that the overview of a series shows beside its parts."""
    series = sheet.record
    return {
        "series": series,
        **sheet.look.context(),
        "head": head(sheet),
        "next": labels.NEXT[State(series.state)],
        "facts": facts(viewer, series),
        "news": news_of(sheet.news),
        "looked_at": sheet.looked_at,
    }


def head(sheet: SeriesSheet) -> Head:
    """Return the head of a series: how much of one child, and where it is looked for."""
    series, state = sheet.record, State(sheet.record.state)
    files = ngettext("%(n)s file of one child", "%(n)s files of one child", series.members_total)
    title = [files % {"n": series.members_total}]
    if series.country and state in words.WHERE:
        title.append(words.WHERE[state] % {"country": named(series.country)})
    chips = [labels.state(series.state)]
    chips += [Chip(_("Not confirmed yet"))] if not series.confirmed else []
    chips += [Chip(_("Synthetic"), "info")] if series.synthetic else []
    if not sheet.own:
        owner = _("Released to you by %(name)s") % {"name": series.organisation.name}
    elif series.working:
        owner = _("%(name)s works on it") % {"name": series.working.name}
    else:
        owner = _("Nobody works on it.") if state in UNIDENTIFIED else ""
    return Head(" · ".join(title), series.code, second_name(series.pk), chips, clock_of(series), owner)


def facts(viewer: Viewer, series: Series) -> Definitions:
    """Return what is known of a series in a few lines."""
    own = series.organisation_id == viewer.organisation.id
    pairs: list[tuple[object, object]] = [(_("Organisation"), series.organisation.name)]
    if own and series.working:
        pairs.append((_("Works on it"), series.working.name))
    pairs += [
        (
            _("Files"),
            format_html(
                '{} <span class="quiet">({} {})</span>',
                series.members_total,
                series.members_known,
                _("on a list at hand"),
            ),
        ),
    ]
    if series.first_taken and series.last_taken:
        pairs.append((_("Taken"), _taken(series.first_taken, series.last_taken)))
    if series.country:
        pairs.append((_("Country"), named(series.country)))
    if series.accepted_by:
        pairs.append((_("Accepted by"), series.accepted_by.name))
    if series.identified_on:
        pairs.append((_("Identified"), day(series.identified_on)))
    if series.safeguarded_on:
        pairs.append((_("Safeguarded"), day(series.safeguarded_on)))
    if own:
        pairs.append((_("Delete on"), date_format(series.review_date, "DATE_FORMAT")))
    return Definitions(pairs)


def _taken(first: date, last: date) -> str:
    return day(first) if day(first) == day(last) else f"{day(first)} – {day(last)}"


def news_of(counts: dict[str, int]) -> list[str]:
    """Return what is new since the viewer looked, as sentences."""
    said = {
        "files": lambda n: ngettext("%(n)s file", "%(n)s files", n),
        "clues": lambda n: ngettext("%(n)s clue", "%(n)s clues", n),
        "milestones": lambda n: ngettext("%(n)s milestone", "%(n)s milestones", n),
    }
    return [said[what](n) % {"n": n} for what, n in counts.items() if n]


def files_context(series: Series, viewer: Viewer, found: Files) -> dict[str, Any]:
    """Return what the page of a series' files shows."""
    table = files_table(viewer, found.page, series)
    return {**head_context(viewer, series, "files"), "graded": graded_table(found.grades), "table": table}


def graded_table(grades: list[tuple[str, int]]) -> Table | None:
    """Return how many files have which grade of a workstation; None where nobody graded."""
    if not grades:
        return None
    return Table(
        caption=_("Graded at a workstation"),
        columns=[Column(_("Class")), Column(_("Files"), numeric=True)],
        rows=[Row([category, count]) for category, count in grades],
        show_caption=True,
        id="graded",
        fixed=True,
    )


def files_table(viewer: Viewer, page: Page[Member], series: Series) -> Table:
    """Return the files of a series, each with why it belongs."""
    own = series.organisation_id == viewer.organisation.id
    return Table(
        caption=_("Files, each with why it belongs"),
        columns=[
            Column(_("File")),
            Column(_("Why it belongs")),
            Column(_("Verdict")),
            Column(_("Graded")),
            Column(_("From")),
            Column(_("Camera")),
            Column(_("Taken")),
            Column(_("Added")),
        ],
        rows=[Row(_file(one, own=own), tone="") for one in page.rows],
        page=page,
        total=series.members_total,
        empty=Empty(_("No files"), _("Another series took them over, or none was added.")),
        id="files",
    )


def _file(one: Member, *, own: bool) -> list[object]:
    return [
        f"#{one.pk}",
        why(one),
        one.verdict or "–",
        _graded(one, own=own),
        source(one) if own else _("the owner's"),
        " ".join(part for part in (one.make, one.model) if part) or "–",
        day(one.taken),
        When(one.added_at),
    ]


def _graded(one: Member, *, own: bool) -> object:
    """Return what was said of a file at a workstation; to its owner also by whom."""
    if not one.graded or not own:
        return one.graded or "–"
    more = format_html("<br>{}", in_words(one.graded_said)) if one.graded_said else ""
    return format_html('{}{}<br><span class="quiet">{}</span>', one.graded, more, one.graded_words)


def why(one: Member) -> object:
    """Return why a file is in its series: by which rule, to which file, how near."""
    said = base_labels.RULES.get(one.rule, one.rule.replace("_", " "))
    parts = [str(said)]
    if one.because_id:
        parts.append(_("as file #%(n)s") % {"n": one.because_id})
    if one.distance is not None:
        parts.append(_("%(bits)s bits apart") % {"bits": one.distance})
    return format_html('{}<br><span class="quiet">{}</span>', parts[0], ", ".join(parts[1:])) if parts[1:] else parts[0]


def source(one: Member) -> object:
    """Return where a file came from, as a link while that is there."""
    try:
        if one.scan_id and one.scan:
            return Link(one.scan.reference, reverse("scans:scan", args=[one.scan_id]))
        if one.report_id and one.report:
            return Link(one.report.code, reverse("reports:report", args=[one.report_id]))
    except NoReverseMatch:
        pass
    return _("a hash") if one.source == "hash" else _("erased")


def graph_context(series: Series, viewer: Viewer, found: Connections) -> dict[str, Any]:
    """Return the graph of a series, and the table with the same content."""
    nodes = [Node("series", one.code, 1, reverse("victims:series", args=[one.pk])) for one in found.proposed]
    nodes += [Node("met", str(_("Met")), 1, "") for _one in found.met]
    nodes += [Node("account", name, count) for name, count in found.accounts]
    nodes += [Node(one.kind, _thing(one), one.files) for one in found.shared]
    title = _("Series %(code)s in the middle, and what it is connected with; the table says the same") % {
        "code": series.code
    }
    return {
        **head_context(viewer, series, "graph"),
        "ring": Ring(series.code, nodes, title) if nodes else None,
        "table": _connections_table(found),
    }


def _thing(one: Any) -> str:
    return one.label if not one.label.isdigit() else f"{words.CONNECTIONS[one.kind]} {one.label}"


def _connections_table(found: Connections) -> Table:
    rows = [Row([_thing(one), words.CONNECTIONS[one.kind], one.files, _links(one.series)]) for one in found.shared]
    rows += [Row([name, words.CONNECTIONS["account"], count, "–"]) for name, count in found.accounts]
    rows += [
        Row(
            [one.code, words.CONNECTIONS["series"], one.members_total, _("decide whether they are one")],
            url=reverse("victims:series", args=[one.pk]),
        )
        for one in found.proposed
    ]
    rows += [Row([_met(one), words.CONNECTIONS["met"], "–", When(one.at)]) for one in found.met]
    return Table(
        caption=_("What it is connected with"),
        columns=[Column(_("What")), Column(_("Kind")), Column(_("Files"), numeric=True), Column(_("Also in"))],
        rows=rows,
        show_caption=True,
        id="connections",
        empty=Empty(_("No connections"), _("Nothing that other series share is known of its files.")),
    )


def _met(one: Any) -> object:
    if one.other is not None and one.other.kind == "series":
        return Link(_("A series that you may open"), reverse("victims:series", args=[one.other.id]))
    return _("A record of your organisation") if one.inside else _("A record of another organisation")


def _links(series: Iterable[tuple[Any, str]]) -> object:
    pairs = [(reverse("victims:series", args=[id]), code) for id, code in series]
    return format_html_join(", ", '<a href="{}">{}</a>', pairs) if pairs else "–"


def timeline_context(series: Series, viewer: Viewer, happened: list[Happened]) -> dict[str, Any]:
    """Return what the page of a series' timeline shows."""
    return {**head_context(viewer, series, "timeline"), "timeline": timeline_of(viewer, series, happened)}


def timeline_of(viewer: Viewer, series: Series, happened: list[Happened]) -> Timeline:
    """Return what happened in and around a series, the latest first."""
    events = [*happened]
    for reached in milestones_of(viewer, series):
        one = reached.milestone
        label, tone = labels.MILESTONES[Milestones(one.code)]
        own = one.said_by is not None and one.organisation_id == viewer.organisation.id
        who = one.said_by.name if own and one.said_by else one.organisation.name
        on = _("on %(day)s") % {"day": day(one.on)}
        events.append(Happened(one.said_at, f"{label} ({on})", who, reached.words, tone))
    return Timeline(sorted(events, key=lambda event: event.at, reverse=True), _("Timeline"))
