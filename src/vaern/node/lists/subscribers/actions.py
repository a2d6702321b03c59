"""Enrolling who is to acknowledge the releases of a list, or of a subset of one, and taking what they sent.

A subscriber's key opens nothing: it is believed of nobody but its owner, and of that one statement alone (ADR 0095).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.lists.signing.repository import opened
from vaern.node.lists.subscribers import acts, history
from vaern.node.lists.subscribers.queries import is_signed
from vaern.trust import acknowledging, keys
from vaern.trust.acknowledging import UnknownRelease, UnknownSubscriber
from vaern.trust.faults import TrustError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from securesystemslib.signer import Key

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.base.signed import Signed
    from vaern.node.organisations.viewers import Viewer
    from vaern.trust.repository import Repository

LONGEST_NAME = 200
"""Characters of the name of a subscriber."""


def called(key: Key) -> str:
    """Return what people call a subscriber: the organisation and its country."""
    return f"{keys.organisation_of(key)} ({keys.country_of(key)})"


@transaction.atomic
def enrol(viewer: Viewer, reason: Reason, signed: Signed, data: bytes, heard: str) -> Key:
    """Have a subscriber among those who are to acknowledge the releases of a list, or of a subset.

    Args:
        viewer: of the organisation that keeps it.
        reason: why.
        signed: the list, or the subset of one.
        data: the file with the public key.
        heard: how the id of the key begins, as its owner said it by another way.

    Raises:
        Refusal: it is no key, not the one that its owner spoke of, or nobody was said to sign the list.
    """
    try:
        key = keys.public_of(data, "")
    except TrustError as error:
        raise Refusal(
            _("This is no public key of a subscriber: ask for the file that ends in .pub.json, as it is."), field="file"
        ) from error
    if len(keys.organisation_of(key)) > LONGEST_NAME:
        raise Refusal(_("The name of the organisation in this key is too long to be one."), field="file")
    if not key.keyid.startswith(heard):
        raise Refusal(
            _("The key in this file has another id: it may have been exchanged on its way. Ask its owner."),
            field="heard",
        )
    repository = _repository(signed)
    with repository.writing():
        record(acts.ENROLLED, signed.subject, viewer.actor, reason, details=keys.said(key))
        try:
            acknowledging.enrol(repository, signed.name, key)
        except TrustError as error:
            raise Refusal(
                _("The organisation of this key is a subscriber already, and of another country."), field="file"
            ) from error
        history.note_enrolled(repository, signed, key.keyid)
    return key


@transaction.atomic
def end(viewer: Viewer, reason: Reason, signed: Signed, keyid: str) -> Key:
    """End that a subscriber is expected to acknowledge the releases of a list; what they said stays.

    Raises:
        Refusal: nobody with that key is.
    """
    repository = _repository(signed)
    with repository.writing():
        try:
            key = acknowledging.dismiss(repository, signed.name, keyid)
        except TrustError as error:
            raise Conflict(_("Nobody with this key subscribes to the list any more.")) from error
        record(acts.ENDED, signed.subject, viewer.actor, reason, details=keys.said(key))
        history.forget(signed, key.keyid)
    return key


@transaction.atomic
def hand_in(viewer: Viewer, reason: Reason, signed: Signed, files: Sequence[tuple[str, bytes]]) -> int:
    """Take acknowledgements that came, all of them or none; return how many. Of a subscriber the newest release counts.

    Args:
        viewer: of the organisation that keeps it.
        reason: why.
        signed: the list, or the subset, of whose releases they are.
        files: the name and the bytes of each.

    Raises:
        Refusal: what is wrong, in which of the files, and what to do.
    """
    repository = _repository(signed)
    with repository.writing():
        said = [_said(repository, signed, name, data) for name, data in files]
        record(
            acts.ACKNOWLEDGED,
            signed.subject,
            viewer.actor,
            reason,
            count=len(files),
            details="; ".join(said),
        )
        for _name, data in files:
            taken, key = acknowledging.take(repository, data)
            history.note_said(repository, signed, key.keyid, taken.version, taken.moment)
    return len(files)


@transaction.atomic
def take_letter(signed: Signed, data: bytes) -> str:
    """Take an acknowledgement that came from another node, as if it were handed in; return what it says, in words.

    Raises:
        Refusal: as of `hand_in`.
    """
    repository = _repository(signed)
    with repository.writing():
        said = _said(repository, signed, "acknowledgement", data)
        taken, key = acknowledging.take(repository, data)
        history.note_said(repository, signed, key.keyid, taken.version, taken.moment)
    return said


def _said(repository: Repository, signed: Signed, name: str, data: bytes) -> str:
    """Return what an acknowledgement says, in words for the ledger; refused where it does not hold."""
    where = {"file": name, "list": signed.title}
    try:
        said, key = acknowledging.verified(repository, data)
    except UnknownSubscriber as error:
        what = _("%(file)s is signed by nobody who subscribes to the list. Enrol its sender, or leave the file out.")
        raise Refusal(what % where, field="sent") from error
    except UnknownRelease as error:
        what = _("%(file)s is of a release that was not made here: its sender has the list from somebody else.")
        raise Refusal(what % where, field="sent") from error
    except TrustError as error:
        what = _("%(file)s is no acknowledgement: send the file that “vaern lists acknowledge” wrote, as it is.")
        raise Refusal(what % where, field="sent") from error
    if said.list != signed.name:
        what = _("%(file)s is of another list than %(list)s: hand it in there.")
        raise Refusal(what % where, field="sent")
    return f"{keys.said(key)} {said.version}"


def _repository(signed: Signed) -> Repository:
    repository = opened()
    try:
        known = is_signed(repository, signed.name)
    except TrustError as error:
        raise Conflict(_("The repository of signed releases cannot be read: see the log of the node.")) from error
    if not known:
        raise Conflict(_("Nobody was said to sign this list: the signers of the root decide that."))
    return repository
