"""Proposing a release of a list, and collecting its signatures.

The repository is on disk and the ledger in the database: an act is recorded before the disk is changed, in the
transaction that the change would undo by failing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.matching import ListPackageError
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.signing import acts
from vaern.node.lists.signing.repository import announce, opened, state_of
from vaern.trust import proposing
from vaern.trust.faults import TrustError
from vaern.trust.repository import decoded, read

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def propose(viewer: Viewer, reason: Reason, hash_list: HashList) -> None:
    """Propose the list as it is on disk as its next signed release; a proposal that waited is replaced.

    Raises:
        Refusal: nobody was said to sign it, or its list on disk is not there.
    """
    record(acts.PROPOSED, hash_list.subject, viewer.actor, reason)
    repository = opened()
    try:
        with repository.writing():
            proposing.release(repository, hash_list.name, folder_of(hash_list.name))
    except TrustError as error:
        raise Conflict(_("Nobody was said to sign this list: the signers of the root decide that.")) from error
    except (ListPackageError, FileNotFoundError) as error:
        raise Conflict(_("The list is not on disk yet. It will be within a minute.")) from error


@transaction.atomic
def take_out(viewer: Viewer, reason: Reason, hash_list: HashList) -> tuple[str, bytes]:
    """Return the name and the bytes of the proposal that waits, to be signed elsewhere.

    Raises:
        Refusal: none waits.
    """
    found = state_of(hash_list.name)
    if found is None or found.waiting is None:
        raise Conflict(_("No proposal waits for signatures."))
    record(acts.TAKEN_OUT, hash_list.subject, viewer.actor, reason)
    path = found.waiting[0]
    return path.name, path.read_bytes()


@transaction.atomic
def hand_in(viewer: Viewer, reason: Reason, hash_list: HashList, data: bytes) -> bool:
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
        waiting = repository.proposals().get(hash_list.name)
        if waiting is None or read(waiting).signed_bytes != document.signed_bytes:
            raise Refusal(
                _("This is not what waits here: it was changed, or another took its place. Download it again."),
                field="file",
            )
        before = set(read(waiting).signatures)
        repository.collect(document)
        if set(read(waiting).signatures) == before:
            raise Refusal(_("It has no new signature of anybody who may sign this list."), field="file")
        record(acts.HANDED_IN, hash_list.subject, viewer.actor, reason)
        complete = hash_list.name in repository.accept()
        if complete:
            record(acts.ACCEPTED, hash_list.subject, viewer.actor, reason)
            announce(repository)
    return complete
