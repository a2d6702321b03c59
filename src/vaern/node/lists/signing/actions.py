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
from vaern.node.lists.base import elsewhere
from vaern.node.lists.base.disk import folder_for
from vaern.node.lists.base.signed import had_by
from vaern.node.lists.models import EntryRecall, HashList, ListSubset
from vaern.node.lists.rules.proposals import Proposes, Standing, is_due
from vaern.node.lists.signing import acts
from vaern.node.lists.signing.repository import announce, opened, says_other, state_of
from vaern.trust import proposing
from vaern.trust.faults import TrustError
from vaern.trust.repository import decoded, read

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.lists.base.signed import Signed
    from vaern.node.lists.signing.repository import State
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
    type(signed).everywhere.filter(pk=signed.pk).update(proposed_at=timezone.now())
    repository = opened()
    with repository.writing():
        proposing.release(repository, signed.name, folder_for(signed))


@transaction.atomic
def set_every(viewer: Viewer, reason: Reason, signed: Signed, proposes: Proposes | None) -> None:
    """Set how often a list, or a subset, proposes a signed release by itself, where it changed; None for never."""
    current = releases.locked(viewer, signed)
    current.proposes = proposes.value if proposes else ""
    current.save(update_fields=["proposes"])
    record(acts.EVERY_SET, current.subject, viewer.actor, reason, details=current.proposes)


def propose_due() -> int:
    """Propose a release of each list and subset that does so by itself, is due and changed; return how many."""
    models: tuple[type[Signed], ...] = (HashList, ListSubset)
    asked = [(model, model.everywhere.exclude(proposes="").order_by("name")) for model in models]
    found = [(model, pk) for model, rows in asked for pk in rows.values_list("pk", flat=True)]
    return each("lists.propose", found, propose_if_due)


@transaction.atomic
def propose_if_due(which: tuple[type[Signed], UUID]) -> int:
    """Propose a release of a list, or of a subset, where it is due (`rules.proposals`); return whether it was."""
    model, pk = which
    signed = model.everywhere.select_for_update(no_key=True).filter(pk=pk).exclude(proposes="").first()
    found = state_of(signed.name) if signed else None
    if signed is None or found is None or not signed.published:  # not on disk yet
        return 0
    standing = Standing(signed.proposed_at, found.released, _changed(signed, found), found.waiting is not None)
    if not is_due(Proposes(signed.proposes), standing, timezone.now()):
        return 0
    record(acts.PROPOSED_BY_NODE, signed.subject, NODE, QUALITY)
    _propose(signed)
    return 1


def _changed(signed: Signed, state: State) -> int:
    """Return up to which change a list is; of a subset, that of its last release where nothing of it changed since."""
    if isinstance(signed, HashList) or state.released is None:
        return signed.published
    if says_other(signed.name, folder_for(signed)) or _recalled_since(signed, state.released):
        return signed.published
    return state.released


def _recalled_since(subset: ListSubset, change: int) -> bool:
    """Return whether an entry was recalled that is or was in a subset: its subscribers are waited for (ADR 0105)."""
    had = had_by(subset)
    recalls = EntryRecall.of(list=subset.list).filter(change__gt=change, change__lte=subset.published, ended_at=None)
    return any(had(ident) for ident in recalls.values_list("ident", flat=True).iterator())


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
    if complete:
        elsewhere.announced(signed)
    return complete
