"""Enrolling who is to acknowledge the releases of a list, and taking what they sent.

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
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.trust.repository import Repository

LONGEST_NAME = 200
"""Characters of the name of a subscriber."""


def called(key: Key) -> str:
    """Return what people call a subscriber: the organisation and its country."""
    return f"{keys.organisation_of(key)} ({keys.country_of(key)})"


@transaction.atomic
def enrol(viewer: Viewer, reason: Reason, hash_list: HashList, data: bytes, heard: str) -> Key:
    """Have a subscriber among those who are to acknowledge the releases of a list.

    Args:
        viewer: of the organisation that keeps the list.
        reason: why.
        hash_list: which.
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
    repository = _repository(hash_list)
    with repository.writing():
        record(acts.ENROLLED, hash_list.subject, viewer.actor, reason, details=keys.said(key))
        try:
            acknowledging.enrol(repository, hash_list.name, key)
        except TrustError as error:
            raise Refusal(
                _("The organisation of this key is a subscriber already, and of another country."), field="file"
            ) from error
        history.note_enrolled(repository, hash_list, key.keyid)
    return key


@transaction.atomic
def end(viewer: Viewer, reason: Reason, hash_list: HashList, keyid: str) -> Key:
    """End that a subscriber is expected to acknowledge the releases of a list; what they said stays.

    Raises:
        Refusal: nobody with that key is.
    """
    repository = _repository(hash_list)
    with repository.writing():
        try:
            key = acknowledging.dismiss(repository, hash_list.name, keyid)
        except TrustError as error:
            raise Conflict(_("Nobody with this key subscribes to the list any more.")) from error
        record(acts.ENDED, hash_list.subject, viewer.actor, reason, details=keys.said(key))
        history.forget(hash_list, key.keyid)
    return key


@transaction.atomic
def hand_in(viewer: Viewer, reason: Reason, hash_list: HashList, files: Sequence[tuple[str, bytes]]) -> int:
    """Take acknowledgements that came, all of them or none; return how many. Of a subscriber the newest release counts.

    Args:
        viewer: of the organisation that keeps the list.
        reason: why.
        hash_list: of whose releases they are.
        files: the name and the bytes of each.

    Raises:
        Refusal: what is wrong, in which of the files, and what to do.
    """
    repository = _repository(hash_list)
    with repository.writing():
        said = [_said(repository, hash_list, name, data) for name, data in files]
        record(
            acts.ACKNOWLEDGED,
            hash_list.subject,
            viewer.actor,
            reason,
            count=len(files),
            details="; ".join(said),
        )
        for _name, data in files:
            taken, key = acknowledging.take(repository, data)
            history.note_said(repository, hash_list, key.keyid, taken.version, taken.moment)
    return len(files)


def _said(repository: Repository, hash_list: HashList, name: str, data: bytes) -> str:
    """Return what an acknowledgement says, in words for the ledger; refused where it does not hold."""
    where = {"file": name, "list": hash_list.title}
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
    if said.list != hash_list.name:
        what = _("%(file)s is of another list than %(list)s: hand it in there.")
        raise Refusal(what % where, field="sent")
    return f"{keys.said(key)} {said.version}"


def _repository(hash_list: HashList) -> Repository:
    repository = opened()
    try:
        signed = is_signed(repository, hash_list.name)
    except TrustError as error:
        raise Conflict(_("The repository of signed releases cannot be read: see the log of the node.")) from error
    if not signed:
        raise Conflict(_("Nobody was said to sign this list: the signers of the root decide that."))
    return repository
