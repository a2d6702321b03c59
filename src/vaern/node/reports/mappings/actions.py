"""Changes to mappings: create one, add a version, choose the version in use, retire it. Versions stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.formats.mapping import written
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.reports.mappings import acts
from vaern.node.reports.models import SavedMapping, SavedMappingUse, SavedMappingVersion
from vaern.node.reports.rules import mappings
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.formats.mapping import Mapping
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Given:
    """The contents of a version.

    Attributes:
        name, system: the mapping's name, and the system whose documents it reads.
        mapping: a mapping without faults.
    """

    name: str
    system: str
    mapping: Mapping

    @property
    def content(self) -> str:
        """The mapping as the file that the command line reads."""
        return written(self.mapping).decode()


def mark(saved: SavedMapping) -> str:
    """Return the version mark of a mapping, for the page that shows it."""
    return mark_of(str(saved.pk), saved.name, saved.system, saved.in_use, saved.retired_at)


@transaction.atomic
def make(viewer: Viewer, reason: Reason, given: Given) -> SavedMapping:
    """Save a new mapping with its first version in use.

    Raises:
        Refusal: another one has the name, or there are too many.
    """
    own = SavedMapping.of(organisation=viewer.organisation)
    if own.count() >= mappings.MOST_MAPPINGS:
        raise Refusal(_("An organisation keeps at most %(n)s mappings.") % {"n": mappings.MOST_MAPPINGS})
    try:
        with transaction.atomic():
            saved: SavedMapping = SavedMapping.everywhere.create(
                organisation=viewer.organisation, name=given.name, system=given.system
            )
    except IntegrityError:
        raise Refusal(_("Another mapping has this name already."), field="name") from None
    _version(viewer, reason, saved, given, 1)
    record(acts.MADE, saved.subject, viewer.actor, reason, tags={"version": 1})
    return saved


@transaction.atomic
def change(viewer: Viewer, reason: Reason, saved: SavedMapping, given: Given, shown: str = "") -> SavedMappingVersion:
    """Change a mapping by a next version, which is in use from now on.

    Args:
        viewer, reason, given: as of `make`.
        saved: the mapping to change.
        shown: the version mark that the page showed.

    Raises:
        Stale: somebody else changed it meanwhile.
        Refusal: nothing changes, or the name is taken.
    """
    current = _locked(saved)
    if shown not in {"", mark(current)}:
        raise Stale(
            _(
                "Somebody else changed this mapping after you opened it. What you typed is still here: look at the "
                "mapping as it is now in another tab."
            )
        )
    before = current.versions.get(number=current.in_use)
    if (before.name, before.system, before.content) == (given.name, given.system, given.content):
        raise Refusal(_("Nothing was changed."))
    number = current.versions.count() + 1
    if number > mappings.MOST_VERSIONS:
        raise Refusal(_("A mapping has at most %(n)s versions: make a new one.") % {"n": mappings.MOST_VERSIONS})
    current.name, current.system, current.in_use = given.name, given.system, number
    _save(current)
    made = _version(viewer, reason, current, given, number)
    record(acts.CHANGED, current.subject, viewer.actor, reason, count=number, tags={"version": number})
    return made


@transaction.atomic
def put_in_use(viewer: Viewer, reason: Reason, saved: SavedMapping, number: int) -> SavedMapping:
    """Put another existing version in use.

    Raises:
        Refusal: it is in use already, does not exist, or another mapping has its name by now.
    """
    current = _locked(saved)
    version = current.versions.filter(number=number).first()
    if version is None or number == current.in_use:
        raise Refusal(_("Nothing was changed."))
    current.name, current.system, current.in_use = version.name, version.system, number
    _save(current)
    record(acts.PUT_IN_USE, current.subject, viewer.actor, reason, count=number, tags={"version": number})
    return current


@transaction.atomic
def retire(viewer: Viewer, reason: Reason, saved: SavedMapping) -> SavedMapping:
    """Retire a mapping. Reports that it read stay, and name it.

    Raises:
        Refusal: it was retired already.
    """
    return _put(viewer, reason, saved, timezone.now())


@transaction.atomic
def resume(viewer: Viewer, reason: Reason, saved: SavedMapping) -> SavedMapping:
    """Put a retired mapping back in use.

    Raises:
        Refusal: it was not retired.
    """
    return _put(viewer, reason, saved, None)


def erase_uses(now: datetime | None = None) -> int:
    """Erase uses of mappings past their retention; return how many. Not recorded: they name nobody."""
    before = (now or timezone.now()) - mappings.USES_KEPT_FOR
    return SavedMappingUse.everywhere.filter(at__lt=before).delete()[0]


def _put(viewer: Viewer, reason: Reason, saved: SavedMapping, retired_at: datetime | None) -> SavedMapping:
    current = _locked(saved)
    if (current.retired_at is None) == (retired_at is None):
        raise Refusal(_("Nothing was changed."))
    current.retired_at = retired_at
    current.save(update_fields=["retired_at"])
    record(acts.RETIRED if retired_at else acts.RESUMED, current.subject, viewer.actor, reason)
    return current


def _locked(saved: SavedMapping) -> SavedMapping:
    found: SavedMapping = SavedMapping.everywhere.select_for_update().get(pk=saved.pk)
    return found


def _save(saved: SavedMapping) -> None:
    try:
        with transaction.atomic():
            saved.save(update_fields=["name", "system", "in_use"])
    except IntegrityError:
        raise Refusal(_("Another mapping has this name already.")) from None


def _version(viewer: Viewer, reason: Reason, saved: SavedMapping, given: Given, number: int) -> SavedMappingVersion:
    if viewer.person is None:
        raise Refusal(_("A person keeps mappings, not a key."))
    made: SavedMappingVersion = SavedMappingVersion.everywhere.create(
        mapping=saved,
        organisation_id=saved.organisation_id,
        number=number,
        name=given.name,
        system=given.system,
        shape=given.mapping.shape,
        content=given.content,
        made_by=viewer.person,
        why=reason.why.value,
        words=reason.words[:500],
    )
    return made
