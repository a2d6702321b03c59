"""Turn clues and countries into what pages show: the points line by line, and what the last clue changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations import countries
from vaern.node.organisations.queries import country_names
from vaern.node.organisations.rules import Permission
from vaern.node.victims.clues import labels, queries
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature, Standing
from vaern.node.victims.rules.series import TRANSITIONS, Event, State
from vaern.node.web.charts import Bars
from vaern.node.web.components import Chip, Link, Part, Score, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Member as Country
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.clues.queries import Read, Supposed
    from vaern.node.victims.models import Clue, Series
    from vaern.node.victims.rules.clues import Line
    from vaern.node.victims.rules.weights import Weights

SHORT = 60
"""Characters of a clue in the line of a score."""


def named(country: Country) -> str:
    """Return a country's name in the reader's language."""
    return country.name_da if get_language() == "da" and country.name_da else country.name


def sheet_part(viewer: Viewer, series: Series, reason: Reason) -> SheetPart | None:
    """Return the clues and the countries of a series: a part of its page."""
    clues = queries.clues_of(viewer, series)
    works = viewer.may(Permission.SERIES_WORK)
    own = series.organisation_id == viewer.organisation.id
    may_propose = own and works and (State(series.state), Event.PROPOSE_COUNTRY) in TRANSITIONS
    return SheetPart(
        _("Clues and countries"),
        "victims/clues/part.html",
        {
            "series": series,
            "clues": clues_table(viewer, clues) if clues else None,
            "countries": [
                _country(viewer, series, one, clues, may_propose=may_propose, may_own=own and works)
                for one in queries.supposed(viewer, series, clues)
            ],
            "may_add": works and State(series.state) is not State.CLOSED,
            "own": own,
        },
    )


def clues_table(viewer: Viewer, clues: Sequence[Read], since: datetime | None = None) -> Table:
    """Return clues as a table, those that came since a moment marked as new."""
    known = country_names()
    return Table(
        caption=_("Clues"),
        columns=[
            Column(_("Observed")),
            Column(_("Nature")),
            Column(_("Points to")),
            Column(_("Who may know")),
            Column(_("Written")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[Row(_cells(viewer, read, since, known)) for read in clues],
        id="clues-table",
    )


def _points_to(clue: Clue, known: Mapping[str, str]) -> str:
    away = (_("not %(country)s") % {"country": countries.named(code, known)} for code in clue.against)
    return ", ".join([*(countries.named(code, known) for code in clue.countries), *away]) or "–"


def _cells(viewer: Viewer, read: Read, since: datetime | None, known: Mapping[str, str]) -> list[object]:
    clue = read.clue
    words: object = read.words if read.words is not None else _("cannot be opened")
    if clue.withdrawn_at is not None:
        words = format_html('<s>{}</s> <span class="quiet">{} {}</span>', words, _("withdrawn:"), read.why_withdrawn)
    elif since is not None and clue.written_at > since:
        words = format_html("{} {}", words, Chip(_("New"), "info"))
    nature = Chip(_("Fact"), "info") if clue.nature == Nature.FACT.value else Chip(_("Assessment"))
    sure = str(labels.CONFIDENCES[Confidence(clue.confidence)]).partition(":")[0]
    may = clue.withdrawn_at is None and clue.organisation_id == viewer.organisation.id
    button: object = ""
    if may and viewer.may(Permission.SERIES_WORK):
        url = reverse("victims:withdraw-clue", args=[clue.pk])
        button = format_html('<a href="{}" data-act>{}</a>', url, _("Withdraw"))
    by = queries.author(clue, viewer.organisation.id)
    kind = labels.KINDS[ClueKind(clue.kind)]
    return [
        format_html('{}<br><span class="quiet">{}</span>', words, kind),
        format_html('{}<br><span class="quiet">{}</span>', nature, sure),
        _points_to(clue, known),
        labels.CIRCLES[Circle(clue.circle)],
        format_html('{}<br><span class="quiet">{}</span>', When(clue.written_at), by),
        button,
    ]


def _country(
    viewer: Viewer, series: Series, one: Supposed, clues: Sequence[Read], *, may_propose: bool, may_own: bool
) -> dict[str, Any]:
    texts = {read.clue.pk: read.words or "" for read in clues}
    hypothesis = one.hypothesis
    may_own = may_own and hypothesis is not None and hypothesis.owner != viewer.person
    standing = Standing(hypothesis.standing) if hypothesis else None
    changed = ""
    if hypothesis and hypothesis.before is not None and hypothesis.before != hypothesis.points:
        changed = _("%(before)s before the last clue") % {"before": hypothesis.before}
    return {
        "name": named(one.country),
        "score": Score([_part(line, texts) for line in one.combined.lines], label=named(one.country)),
        "standing": Chip(*labels.STANDINGS[standing]) if standing else "",
        "owner": hypothesis.owner if hypothesis else None,
        "changed": changed,
        "weights": one.combined.weights,
        "own_url": reverse("victims:own-hypothesis", args=[hypothesis.pk]) if hypothesis and may_own else "",
        "propose_url": f"{reverse('victims:propose-country', args=[series.pk])}?country={one.country.code}"
        if may_propose and standing not in {Standing.PROPOSED, Standing.SENT, Standing.ACCEPTED}
        else "",
    }


def _part(line: Line, texts: dict[int, str]) -> Part:
    if line.clue is None:
        return Part(_("Kept between 0 and 100"), line.points)
    words = texts.get(line.clue, "")
    why = []
    if line.share > 1:
        why.append(ngettext("shared by %(n)s country", "shared by %(n)s countries", line.share) % {"n": line.share})
    if line.place > 1:
        why.append(_("number %(n)s of its kind: counts less") % {"n": line.place})
    label = f"{labels.KINDS[ClueKind(line.code)]}: {words[:SHORT]}{'…' if len(words) > SHORT else ''}"
    return Part(label, line.points, "; ".join(why))


def weights_context(weights: Weights) -> dict[str, Any]:
    """Return what the page of the weights shows."""
    return {
        "weights": weights,
        "kinds": Bars(
            _("Points of a fact of which somebody is quite sure"),
            sorted(((str(labels.KINDS[k]), n) for k, n in weights.kinds.items()), key=lambda row: -row[1]),
        ),
        "confidence": [(labels.CONFIDENCES[sure], n) for sure, n in weights.confidence.items()],
        "nature": [(labels.NATURES[nature], n) for nature, n in weights.nature.items()],
        "back": Link(_("Series"), reverse("victims:series-list")),
    }
