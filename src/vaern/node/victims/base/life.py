"""Lock a series and change its state: every action that changes a state goes through here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.models import Release
from vaern.node.organisations.rules import Permission
from vaern.node.victims.models import Series
from vaern.node.victims.rules.series import Event, Life, State, Who

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


def locked(viewer: Viewer, series: Series) -> Series:
    """Lock a series until the transaction ends; return its current row, for its owner or a desk that may see it.

    Raises:
        Refusal: it is neither theirs nor released to them any more, or a person does not act.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current = row(series.pk)
    if current is None or not (current.organisation_id == viewer.organisation.id or sees(viewer, current)):
        raise Conflict(_("The series is not your organisation's, or it was erased or recalled."))
    if current.absorbed_into_id is not None:
        raise Conflict(_("Its files were taken over by another series: go on there."))
    return current


def row(id: UUID) -> Series | None:
    """Lock a series until the transaction ends and return its current row, for whoever may act on it by other rules."""
    found = Series.everywhere.select_for_update(of=("self",), no_key=True).filter(pk=id)
    current: Series | None = found.select_related("organisation", "country").first()
    return current


def own_locked(viewer: Viewer, series: Series) -> Series:
    """Lock a series as `locked` does, for what only its owner does.

    Raises:
        Refusal: as `locked`; or it is another organisation's.
    """
    current = locked(viewer, series)
    own_or_refuse(viewer, current)
    return current


def own_or_refuse(viewer: Viewer, series: Series) -> None:
    """Check that a series belongs to the viewer's organisation; others may only read it.

    Raises:
        Refusal: it does not.
    """
    if series.organisation_id != viewer.organisation.id:
        raise Refusal(_("Only the organisation that owns a series does this."))


def sees(viewer: Viewer, series: Series) -> bool:
    """Whether a series of another organisation is released to the viewer's now."""
    released = Release.valid().filter(kind=Series.KIND, record=series.pk, recipient=viewer.organisation)
    return bool(released.exists())


def who_is(viewer: Viewer, series: Series, event: Event) -> Who:
    """Return the role in which a viewer triggers an event: by permission in the owner's desk, else recipient."""
    if series.organisation_id != viewer.organisation.id:
        return Who.RECIPIENT
    releasing = event in {Event.DISSEMINATE, Event.ALL_DECLINED, Event.GIVE_BACK}
    return Who.RELEASER if releasing and viewer.may(Permission.SERIES_RELEASE) else Who.WORKER


def life_of(series: Series) -> Life:
    """Return a series as its rules see it."""
    return Life(
        State(series.state),
        identified=series.identified_on is not None,
        safeguarded=series.safeguarded_on is not None,
        excused="yes" if series.excused else "",
    )


def move(series: Series, event: Event, who: Who, why: str = "") -> State:
    """Move a locked series by an event; the caller saves the rest, writes the entry, and tells the others.

    Raises:
        Refusal: the state, the facts, or who asks does not allow it.
    """
    life = life_of(series).lives(event, who, why)
    if life.state.value != series.state:
        series.state, series.state_since = life.state.value, timezone.now()
    series.excused = bool(life.excused)
    if not life.identified:
        series.identified_on = series.identified_by = None
    if not life.safeguarded:
        series.safeguarded_on = None
    return life.state


LIFE_FIELDS = (
    "state",
    "state_since",
    "excused",
    "country",
    "accepted_by",
    "identified_on",
    "identified_by",
    "safeguarded_on",
    "changed_at",
)


def save(series: Series) -> Series:
    """Save the fields that a change of state touches, and bump the version."""
    series.changed_at = timezone.now()
    series.save(update_fields=list(LIFE_FIELDS))
    Series.everywhere.filter(pk=series.pk).update(version=F("version") + 1)
    return series
