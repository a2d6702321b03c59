"""Every change to clues and hypotheses: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.ledger.record import record
from vaern.node.organisations.models import Member as Country
from vaern.node.victims.base import life
from vaern.node.victims.base.queries import known_of, recipients_of
from vaern.node.victims.clues import acts
from vaern.node.victims.elsewhere import sending
from vaern.node.victims.models import Clue, Hypothesis, Series
from vaern.node.victims.models.clues import SEALED
from vaern.node.victims.rules import clues as rules
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature, Standing, Weighed
from vaern.node.victims.rules.series import Event, State
from vaern.node.victims.rules.weights import weights_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def add(
    viewer: Viewer,
    reason: Reason,
    series: Series,
    kind: ClueKind,
    words: str,
    *,
    nature: Nature = Nature.FACT,
    confidence: Confidence = Confidence.MEDIUM,
    circle: Circle = Circle.OWN,
    known_to: Sequence[UUID] = (),
    countries: Sequence[str] = (),
    against: Sequence[str] = (),
) -> Clue:
    """Add a clue, and weigh the countries anew.

    Args:
        viewer: of the owner, or of a desk to which the series is released.
        reason: why.
        series: about which.
        kind, words, nature, confidence: what was observed or concluded; the words name nobody.
        circle, known_to: who may know of it.
        countries, against: codes of countries that it points to, and away from.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, series)
    if State(current.state) is State.CLOSED:
        raise Conflict(_("The series is closed: open it again first."))
    if problem := rules.problem_with_words(words):
        raise Refusal(problem)
    named = _named(viewer, current, circle, known_to)
    _known_countries({*countries, *against})
    if set(countries) & set(against):
        raise Refusal(_("A clue does not point to a country and away from it."))
    assert viewer.person is not None  # locked refuses a key
    clue: Clue = Clue.everywhere.create(
        series=current,
        organisation=viewer.organisation,
        kind=kind.value,
        nature=nature.value,
        confidence=confidence.value,
        circle=circle.value,
        known_to=named,
        countries=sorted(set(countries)),
        against=sorted(set(against)),
        sealed=seal(words.strip(), SEALED),
        written_by=viewer.person,
    )
    weigh(current, viewer.person)
    life.save(current)
    sending.follow_clues(current, viewer.organisation.id)
    record(acts.CLUE_ADDED, current.subject, viewer.actor, reason)
    return clue


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, clue: Clue, why: str) -> Clue:
    """Withdraw a clue of the viewer's own organisation; it stays readable as withdrawn, and weighs nothing.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, clue.series)
    found: Clue | None = (
        Clue.of(series=current).filter(pk=clue.pk, organisation=viewer.organisation, withdrawn_at=None).first()
    )
    if found is None:
        raise Refusal(_("Only whoever wrote a clue withdraws it, once."))
    if not why.strip():
        raise Refusal(_("Say why it is withdrawn."))
    found.withdrawn_at, found.withdrawn_by = timezone.now(), viewer.person
    found.why_withdrawn = seal(why.strip()[: rules.LONGEST_WORDS], SEALED)
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "why_withdrawn"])
    assert viewer.person is not None  # locked refuses a key
    weigh(current, viewer.person)
    life.save(current)
    sending.follow_clues(current, viewer.organisation.id)
    record(acts.CLUE_WITHDRAWN, current.subject, viewer.actor, reason)
    return found


@transaction.atomic
def propose(viewer: Viewer, reason: Reason, series: Series, code: str) -> Hypothesis:
    """Propose a country: a person's decision, independent of the points, and theirs to answer for.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, series)
    life.move(current, Event.PROPOSE_COUNTRY, life.who_is(viewer, current, Event.PROPOSE_COUNTRY))
    country = _known_countries({code})[0]
    found, _made = Hypothesis.everywhere.get_or_create(
        series=current,
        country=country,
        defaults={"organisation": current.organisation, "weights": weights_on(timezone.localdate()).version},
    )
    found.owner, found.standing, found.changed_at = viewer.person, Standing.PROPOSED.value, timezone.now()
    found.save(update_fields=["owner", "standing", "changed_at"])
    if State(current.state) is State.COUNTRY_PROPOSED:
        others = Hypothesis.of(series=current).filter(standing=Standing.PROPOSED.value).exclude(pk=found.pk)
        others.update(standing=Standing.SUPPOSED.value)
    current.country = country
    life.save(current)
    sending.follow(current)
    record(acts.COUNTRY_PROPOSED, current.subject, viewer.actor, reason)
    return found


@transaction.atomic
def drop_country(viewer: Viewer, reason: Reason, series: Series) -> Series:
    """Withdraw a proposed country that the series was not yet sent to.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, series)
    life.move(current, Event.DROP_COUNTRY, life.who_is(viewer, current, Event.DROP_COUNTRY))
    Hypothesis.of(series=current).filter(standing=Standing.PROPOSED.value).update(
        standing=Standing.DROPPED.value, changed_at=timezone.now()
    )
    current.country = None
    life.save(current)
    record(acts.COUNTRY_DROPPED, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def take_over(viewer: Viewer, reason: Reason, hypothesis: Hypothesis) -> Hypothesis:
    """Become the owner of a hypothesis of the viewer's own organisation.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, hypothesis.series)
    if current.organisation_id != viewer.organisation.id:
        raise Refusal(_("Only the organisation that owns a series follows up its countries."))
    hypothesis.owner, hypothesis.changed_at = viewer.person, timezone.now()
    hypothesis.save(update_fields=["owner", "changed_at"])
    record(acts.HYPOTHESIS_TAKEN, current.subject, viewer.actor, reason)
    return hypothesis


def weigh(series: Series, by: Person | None) -> None:
    """Recompute and store the points of each country for a series; part of the caller's transaction.

    A country that a clue speaks for first gets a hypothesis that whoever wrote the clue, or works on the series, owns.
    The copy of a series of another node has none: its owner weighs them.
    """
    if series.is_copy:
        return
    weights = weights_on(timezone.localdate())
    clues = [weighed(clue) for clue in _of_owner(series)]
    kept = {found.country.code: found for found in Hypothesis.of(series=series).select_related("country")}
    spoken = {country for clue in clues for country in clue.countries}
    for country in Country.objects.filter(code__in=spoken - kept.keys()):
        own = by if by and by.organisation_id == series.organisation_id else series.working
        kept[country.code] = Hypothesis(
            series=series, organisation_id=series.organisation_id, country=country, owner=own
        )
    for code, hypothesis in kept.items():
        found = rules.combined(clues, code, weights)
        if hypothesis.pk is None or found.points != hypothesis.points:
            hypothesis.before = hypothesis.points if hypothesis.pk else None
            hypothesis.changed_at = timezone.now()
        hypothesis.points, hypothesis.weights = found.points, found.weights
        hypothesis.lines = [line._asdict() for line in found.lines]
        hypothesis.save()


def weighed(clue: Clue) -> Weighed:
    """Return the parts of a clue that are weighed."""
    return Weighed(
        clue.pk,
        ClueKind(clue.kind),
        Nature(clue.nature),
        Confidence(clue.confidence),
        tuple(clue.countries),
        tuple(clue.against),
    )


def _of_owner(series: Series) -> list[Clue]:
    """The clues that the owner of a series may know of and that stand."""
    recipients = recipients_of(series)
    found = Clue.of(series=series).filter(withdrawn_at=None).order_by("id")
    return [clue for clue in found if rules.may_know(series.organisation_id, known_of(clue, series, recipients))]


def _named(viewer: Viewer, series: Series, circle: Circle, known_to: Sequence[UUID]) -> list[UUID]:
    """The organisations of a named circle: some of those that see the series, and nobody else."""
    if circle is not Circle.NAMED:
        return []
    allowed = recipients_of(series) | {series.organisation_id}
    wanted = set(known_to) - {viewer.organisation.id}
    if not wanted or not wanted <= allowed:
        raise Refusal(_("Name organisations to which the series is released: a clue goes no further than it."))
    return sorted(wanted)


def _known_countries(codes: Iterable[str]) -> list[Country]:
    wanted = set(codes)
    found = list(Country.objects.filter(code__in=wanted))
    if len(found) != len(wanted):
        raise Refusal(_("That is not a country of the alliance."))
    return found
