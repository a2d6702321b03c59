"""Every change to a viewing station: registered, confirmed by a second person, given a key, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Why
from vaern.node.organisations import account_actions as keys
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import LONGEST_KEY, Permission
from vaern.node.reports.base.station_answers import files_of
from vaern.node.reports.exposure.actions import counted
from vaern.node.reports.models import StationAnswer, StationTerms, StationViewer, ViewingStation
from vaern.node.reports.rules.stations import Standing
from vaern.node.reports.viewing import acts
from vaern.node.reports.viewing.age import is_recipient

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Terms:
    """A licence of a station, with the place and the age recipient that go with it."""

    authority: str
    number: str
    valid_until: date
    place: str
    recipient: str


@transaction.atomic
def register(viewer: Viewer, reason: Reason, name: str, operator: str, terms: Terms) -> ViewingStation:
    """Register a station; it is given nothing until a second person confirms it.

    Raises:
        Refusal: no age recipient, a licence that has ended, or a name that another station has.
    """
    person = _person(viewer)
    _check(terms)
    try:
        with transaction.atomic():
            made: ViewingStation = ViewingStation.everywhere.create(
                organisation=viewer.organisation, name=name, operator=operator, registered_by=person
            )
    except IntegrityError:
        raise Refusal(_("Another station of your organisation has this name."), field="name") from None
    _write(made, person, terms)
    record(acts.REGISTERED, made.subject, viewer.actor, reason)
    return made


@transaction.atomic
def renew(viewer: Viewer, reason: Reason, station: ViewingStation, terms: Terms) -> StationTerms:
    """Ask for another licence, place or recipient of a station; the one in force holds until it is confirmed.

    Raises:
        Refusal: as in `register`; it was revoked; another request waits already.
    """
    person, found = _person(viewer), _locked(viewer, station)
    _check(terms)
    if StationTerms.of(station=found).filter(confirmed_at=None).exists():
        raise Conflict(_("Another request waits for the second person: it is answered first."))
    made = _write(found, person, terms)
    record(acts.RENEWED, found.subject, viewer.actor, reason)
    return made


@transaction.atomic
def confirm(viewer: Viewer, reason: Reason, station: ViewingStation, shown: int) -> ViewingStation:
    """Confirm, as the second person, what was asked of a station: from now on that is in force.

    Args:
        viewer: another person than who asked.
        reason: why.
        station: of the viewer's organisation.
        shown: id of the terms that the page showed.

    Raises:
        Refusal: nothing waits, it is one's own request, or its licence has ended.
    """
    person, found = _person(viewer), _locked(viewer, station)
    terms = _waiting(found, shown)
    if terms.asked_by_id == person.pk:
        raise Refusal(_("You asked for it yourself: another person confirms it."))
    if terms.valid_until < timezone.localdate():
        raise Refusal(_("This licence has ended."))
    terms.confirmed_by, terms.confirmed_at = person, timezone.now()
    terms.save(update_fields=["confirmed_by", "confirmed_at"])
    found.terms = terms
    found.save(update_fields=["terms"])
    record(acts.CONFIRMED, found.subject, viewer.actor, reason, details=f"{terms.authority} {terms.number}")
    return found


@transaction.atomic
def reject(viewer: Viewer, reason: Reason, station: ViewingStation, shown: int) -> ViewingStation:
    """Take away what was asked of a station; what was in force before stays.

    Raises:
        Refusal: nothing waits.
    """
    _person(viewer)
    found = _locked(viewer, station)
    _waiting(found, shown).delete()
    record(acts.REJECTED, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def revoke(viewer: Viewer, reason: Reason, station: ViewingStation) -> ViewingStation:
    """End a station now: it is given nothing, packages are not given out, and its key answers nothing."""
    person, found = _person(viewer), _locked(viewer, station)
    found.revoked_at, found.revoked_by = timezone.now(), person
    found.save(update_fields=["revoked_at", "revoked_by"])
    if found.key is not None:
        keys.revoke_api_key(viewer, reason, found.key)
    record(acts.REVOKED, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def make_key(viewer: Viewer, reason: Reason, station: ViewingStation) -> tuple[ViewingStation, str]:
    """Make the key with which a station answers, and nothing else; the one before ends. Return its text, once.

    Raises:
        Refusal: the station is not confirmed, or its licence has ended.
    """
    found = _locked(viewer, station)
    if found.standing is not Standing.VALID or found.terms is None:
        raise Conflict(_("Only a confirmed station with a valid licence is given a key."))
    if found.key is not None:
        keys.revoke_api_key(viewer, reason, found.key)
    end = timezone.make_aware(datetime.combine(found.terms.valid_until + timedelta(days=1), time.min))
    found.key, text = keys.make_api_key(
        viewer,
        reason,
        name=found.name,
        scopes=[Permission.STATION_ANSWER],
        lasts=min(end - timezone.now(), LONGEST_KEY),
    )
    found.save(update_fields=["key"])
    record(acts.KEY_BOUND, found.subject, viewer.actor, reason)
    return found, text


@transaction.atomic
def call_me(viewer: Viewer, station: ViewingStation, pseudonym: str) -> int:
    """Say how a station calls the viewer, so that what they looked at there counts in their own exposure.

    The ledger names nobody: whom a station calls what is the person's own. Returns how many earlier answers were
    counted.

    Raises:
        Refusal: somebody else is called so there.
    """
    person, found = _person(viewer), _locked(viewer, station)
    StationViewer.of(station=found).filter(person=person).delete()
    if pseudonym:
        try:
            with transaction.atomic():
                StationViewer.everywhere.create(
                    station=found, organisation=viewer.organisation, person=person, pseudonym=pseudonym
                )
        except IntegrityError:
            raise Refusal(_("Somebody else is called so at this station."), field="pseudonym") from None
    record(acts.NAMED, found.subject, Actor(organisation=viewer.organisation.id), Reason(Why.OWN_ACCOUNT))
    return count_viewings(found, pseudonym) if pseudonym else 0


def count_viewings(station: ViewingStation, pseudonym: str) -> int:
    """Count what a person looked at, whose pseudonym is known, in their exposure; each answer once."""
    known = StationViewer.of(station=station).filter(pseudonym=pseudonym).select_related("person").first()
    if known is None:
        return 0
    rows = StationAnswer.of(packed__package__station=station).filter(by=pseudonym, counted=False)
    seen = list(rows.exclude(looked="nothing").select_related("packed").select_for_update(of=("self",)))
    for row in seen:
        files = max(len(files_of(row)), 1)
        counted(known.person, row.packed.report_id, row.packed.item_id, row.looked, files, row.severity, row.at)
    StationAnswer.everywhere.filter(pk__in=[row.pk for row in seen]).update(counted=True)
    return len(seen)


def _person(viewer: Viewer) -> Person:
    allow(viewer, Permission.STATION_KEEP)
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return viewer.person


def _check(terms: Terms) -> None:
    if not is_recipient(terms.recipient):
        raise Refusal(
            _("That is no age recipient of a station: `age1…`, as `age-keygen` prints it."), field="recipient"
        )
    if terms.valid_until < timezone.localdate():
        raise Refusal(_("This licence has ended."), field="valid_until")


def _write(station: ViewingStation, person: Person, terms: Terms) -> StationTerms:
    made: StationTerms = StationTerms.everywhere.create(
        station=station,
        organisation_id=station.organisation_id,
        authority=terms.authority,
        number=terms.number,
        valid_until=terms.valid_until,
        place=terms.place,
        recipient=terms.recipient,
        asked_by=person,
    )
    return made


def _waiting(station: ViewingStation, shown: int) -> StationTerms:
    found: StationTerms | None = StationTerms.of(station=station).filter(confirmed_at=None, pk=shown).first()
    if found is None:
        raise Conflict(_("What you saw does not wait any more: look again."))
    return found


def _locked(viewer: Viewer, station: ViewingStation) -> ViewingStation:
    rows = ViewingStation.everywhere.select_for_update(of=("self",), no_key=True).select_related("terms", "key")
    found: ViewingStation = rows.get(pk=station.pk, organisation=viewer.organisation)
    if found.revoked_at is not None:
        raise Conflict(_("This station was revoked."))
    return found
