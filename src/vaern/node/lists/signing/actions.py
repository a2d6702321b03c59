"""Proposing a release of a list, and collecting its signatures.

The repository is on disk and the ledger in the database: an act is recorded before the disk is changed, in the
transaction that the change would undo by failing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.matching import ListPackageError
from vaern.node.base.jobs import each
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.lists.base.disk import folder_for
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.proposals import Proposes, Standing, is_due
from vaern.node.lists.signing import acts
from vaern.node.lists.signing.repository import announce, opened, state_of
from vaern.trust import proposing
from vaern.trust.faults import TrustError
from vaern.trust.repository import decoded, read

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.lists.base.signed import Signed
    from vaern.node.organisations.viewers import Viewer

QUALITY = Reason(Why.LIST_QUALITY)


@transaction.atomic
def propose(viewer: Viewer, reason: Reason, signed: Signed) -> None:
    """Propose the list as it is on disk as its next signed release; a proposal that waited is replaced.

    Raises:
        Refusal: nobody was said to sign it, or its list on disk is not there.
    """
    record(acts.PROPOSED, signed.subject, viewer.actor, reason)
    try:
        _propose(signed)
    except TrustError as error:
        raise Conflict(_("Nobody was said to sign this list: the signers of the root decide that.")) from error
    except (ListPackageError, FileNotFoundError) as error:
        raise Conflict(_("The list is not on disk yet. It will be within a minute.")) from error


def _propose(signed: Signed) -> None:
    if isinstance(signed, HashList):
        HashList.everywhere.filter(pk=signed.pk).update(proposed_at=timezone.now())
    repository = opened()
    with repository.writing():
        proposing.release(repository, signed.name, folder_for(signed))


@transaction.atomic
def set_every(viewer: Viewer, reason: Reason, hash_list: HashList, proposes: Proposes | None) -> None:
    """Set how often a list proposes a signed release by itself, where something changed; None for never."""
    current = releases.locked(viewer, hash_list)
    current.proposes = proposes.value if proposes else ""
    current.save(update_fields=["proposes"])
    record(acts.EVERY_SET, current.subject, viewer.actor, reason, details=current.proposes)


def propose_due() -> int:
    """Propose a release of each list that does so by itself, is due and changed; return how many that were."""
    found = list(HashList.everywhere.exclude(proposes="").order_by("name").values_list("pk", flat=True))
    return each("lists.propose", found, propose_if_due)


@transaction.atomic
def propose_if_due(id: UUID) -> int:
    """Propose a release of a list where it is due (`rules.proposals`); return whether it was."""
    hash_list = HashList.everywhere.select_for_update(no_key=True).filter(pk=id).exclude(proposes="").first()
    found = state_of(hash_list.name) if hash_list else None
    if hash_list is None or found is None:
        return 0
    standing = Standing(hash_list.proposed_at, found.released, hash_list.published, found.waiting is not None)
    if not is_due(Proposes(hash_list.proposes), standing, timezone.now()):
        return 0
    record(acts.PROPOSED_BY_NODE, hash_list.subject, NODE, QUALITY)
    _propose(hash_list)
    return 1


@transaction.atomic
def take_out(viewer: Viewer, reason: Reason, signed: Signed) -> tuple[str, bytes]:
    """Return the name and the bytes of the proposal that waits, to be signed elsewhere.

    Raises:
        Refusal: none waits.
    """
    found = state_of(signed.name)
    if found is None or found.waiting is None:
        raise Conflict(_("No proposal waits for signatures."))
    record(acts.TAKEN_OUT, signed.subject, viewer.actor, reason)
    path = found.waiting[0]
    return path.name, path.read_bytes()


@transaction.atomic
def hand_in(viewer: Viewer, reason: Reason, signed: Signed, data: bytes) -> bool:
    """Take the signatures of a proposal that came back; return whether the release is complete and announced.

    Raises:
        Refusal: it is no proposal, not the one that waits, or nobody who may has signed it.
    """
    try:
        document = decoded(data, "")
    except TrustError as error:
        raise Refusal(_("This is no proposal: send the file that was signed, as it is."), field="file") from error
    repository = opened()
    with repository.writing():
        waiting = repository.proposals().get(signed.name)
        if waiting is None or read(waiting).signed_bytes != document.signed_bytes:
            raise Refusal(
                _("This is not what waits here: it was changed, or another took its place. Download it again."),
                field="file",
            )
        before = set(read(waiting).signatures)
        repository.collect(document)
        if set(read(waiting).signatures) == before:
            raise Refusal(_("It has no new signature of anybody who may sign this list."), field="file")
        record(acts.HANDED_IN, signed.subject, viewer.actor, reason)
        complete = signed.name in repository.accept()
        if complete:
            record(acts.ACCEPTED, signed.subject, viewer.actor, reason)
            announce(repository)
    return complete
