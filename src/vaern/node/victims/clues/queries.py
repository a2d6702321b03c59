"""Reads of clues and countries for parts of a series' page; the page records the read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language

from vaern.node.base.sealing import Unsealable, unseal
from vaern.node.organisations.models import Member as Country
from vaern.node.organisations.models import Organisation
from vaern.node.victims.base.queries import known_of, recipients_of
from vaern.node.victims.clues.actions import weighed
from vaern.node.victims.models import Clue, Hypothesis, Series
from vaern.node.victims.models.clues import SEALED
from vaern.node.victims.rules import clues as rules
from vaern.node.victims.rules.weights import weights_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Read:
    """A clue with its words; None where they cannot be unsealed."""

    clue: Clue
    words: str | None
    why_withdrawn: str


@dataclass(frozen=True)
class Supposed:
    """A country as the viewer sees it.

    Attributes:
        hypothesis: the row, for the owner of the series; None for a recipient, to whom only known clues are added up.
    """

    country: Country
    combined: rules.Combined
    hypothesis: Hypothesis | None


def clues_of(viewer: Viewer, series: Series) -> list[Read]:
    """Return the clues of a series that the viewer's organisation may know of, the earliest first."""
    recipients = recipients_of(series)
    found = Clue.of(series=series).select_related("organisation", "written_by", "withdrawn_by")
    return read(
        clue
        for clue in found.order_by("written_at", "id")
        if rules.may_know(viewer.organisation.id, known_of(clue, series, recipients))
    )


def supposed(viewer: Viewer, series: Series, clues: list[Read]) -> list[Supposed]:
    """Return the countries of a series, those with the most points first."""
    if series.organisation_id == viewer.organisation.id:
        kept = Hypothesis.objects.filter(series=series).select_related("country", "owner")
        return [Supposed(one.country, _kept(one), one) for one in kept.order_by("-points", "country__code")]
    standing = [weighed(read.clue) for read in clues if read.clue.withdrawn_at is None]
    ranked = rules.ranked(standing, weights_on(timezone.localdate()))
    countries = {country.code: country for country in Country.objects.filter(code__in=[one.country for one in ranked])}
    return [Supposed(countries[one.country], one, None) for one in ranked if one.country in countries]


def find(viewer: Viewer, id: int) -> Clue | None:
    """Return a clue that the viewer's organisation wrote, on a series that it may still see; to act on it."""
    found: Clue | None = Clue.objects.filter(pk=id).select_related("series").first()
    return found if found and Series.objects.filter(pk=found.series_id).exists() else None


def find_hypothesis(viewer: Viewer, id: int) -> Hypothesis | None:
    """Return a hypothesis of the viewer's own organisation, to act on it."""
    found = Hypothesis.objects.filter(pk=id, series__organisation=viewer.organisation)
    hypothesis: Hypothesis | None = found.select_related("series", "country").first()
    return hypothesis


def public_clues(series: Series, organisation: UUID) -> list[Read]:
    """Return the clues of an organisation's series that may be made public and stand."""
    found = Clue.of(series=series).filter(
        withdrawn_at=None, circle=rules.Circle.PUBLIC.value, organisation=organisation
    )
    return read(found.order_by("id"))


def read(clues: Iterable[Clue]) -> list[Read]:
    """Unseal clues that the caller may show."""
    return [Read(clue, _open(clue.sealed), _open(clue.why_withdrawn) or "") for clue in clues]


def _kept(hypothesis: Hypothesis) -> rules.Combined:
    lines = tuple(rules.Line(**line) for line in hypothesis.lines)
    return rules.Combined(hypothesis.country.code, hypothesis.points, lines, hypothesis.weights)


def _open(sealed: bytes | memoryview) -> str | None:
    try:
        return unseal(sealed, SEALED)
    except Unsealable:
        return None


def countries() -> list[tuple[str, str]]:
    """Return the countries of the alliance, code and name, by name in the reader's language."""
    danish = get_language() == "da"
    found = ((one.code, one.name_da if danish else one.name) for one in Country.objects.all())
    return sorted(found, key=lambda pair: pair[1])


def names_of(organisations: Iterable[UUID]) -> list[tuple[str, str]]:
    """Return organisations, id and name, by name."""
    found = Organisation.all_nodes.filter(pk__in=list(organisations)).order_by("name")
    return [(str(one.pk), one.name) for one in found]


def author(clue: Clue, reader: UUID) -> str:
    """Return who wrote a clue: the person to their own organisation, to all others the organisation."""
    own = clue.written_by if clue.organisation_id == reader else None
    return own.name if own else clue.organisation.name
