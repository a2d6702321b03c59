"""Feedback for a source that takes none itself: downloaded, and given once a person says that they sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.formats import feedback_write
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.lists.models import FeedbackFile, FileOpinion, ListSource
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.rules.upward import Shape
from vaern.node.lists.sources.acknowledging import signer_of
from vaern.node.lists.survivors.following import check_by_hand
from vaern.node.lists.upward import acts, queries
from vaern.trust.envelopes import signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList
    from vaern.node.lists.upward.queries import Found
    from vaern.node.organisations.viewers import Viewer

MOST = 10_000
"""Opinions of one file; the rest is in the next, once it was said that this one was sent."""

TYPE = "application/vnd.vaern.feedback+json"


def check(hash_list: HashList) -> None:
    """Refuse where there is nothing to download.

    Raises:
        Refusal: the list follows wishes.
        Conflict: its source takes opinions itself, or was given all.
    """
    check_by_hand(hash_list)
    if not queries.takes_files(hash_list):
        raise Conflict(_("The source of this list takes opinions itself: tell it what you found."))
    if not queries.is_anything_not_given(hash_list):
        raise Conflict(_("The source was given all that you found. Vote on an entry, or recall one, first."))


@transaction.atomic
def take_out(viewer: Viewer, reason: Reason, hash_list: HashList, shape: Shape) -> tuple[str, bytes]:
    """Return the name and the bytes of a file of what was found and the source was not given.

    As long as nobody says that it was sent, the next file has the same again.

    Raises:
        Refusal: a key asks, or as of `check`.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current = releases.locked(viewer, hash_list)
    check(current)
    found = queries.not_given(current, MOST)
    file = FeedbackFile(list=current, opinions=len(found), made_by=viewer.person)
    file.save(force_insert=True)
    rows = [FileOpinion(file=file, ident=one.entry.ident, opinion=one.opinion) for one in found]
    FileOpinion.everywhere.bulk_create(rows, batch_size=2_000)
    record(acts.TAKEN_OUT, current.subject, viewer.actor, reason, count=len(found))
    said, name = _said(current, file, found), f"{current.name}-feedback-{file.pk}"
    if shape is Shape.CSV:
        return f"{name}.csv", feedback_write.to_csv(said)
    return f"{name}.json", signed(feedback_write.to_json(said), TYPE, signer_of(current.organisation))


def _said(hash_list: HashList, file: FeedbackFile, found: Sequence[Found]) -> feedback_write.FeedbackFile:
    organisation = hash_list.organisation
    source = ListSource.of(list=hash_list).filter(kind=SourceKind.RELEASES.value).first()
    return feedback_write.FeedbackFile(
        list=source.account if source else hash_list.name,
        release=source.checkpoint["version"] if source and source.checkpoint else None,
        organisation=organisation.name,
        country=organisation.member.code if organisation.member else "",
        at=file.made_at.isoformat(timespec="seconds"),
        said=tuple(
            feedback_write.Said(
                entry=one.entry.ident,
                opinion=_opinion(one.opinion),
                why=one.because,
                hashes=feedback_write.hashes_of(one.entry.record),
            )
            for one in found
        ),
    )


def _opinion(code: str) -> Literal["positive", "negative"]:
    return "positive" if code == "positive" else "negative"


@transaction.atomic
def mark(viewer: Viewer, reason: Reason, file: FeedbackFile, *, given: bool) -> FeedbackFile:
    """Say that the source was given a file; or that it was not, which takes that back.

    Raises:
        Refusal: a key says it.
        Conflict: somebody said so before.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    hash_list = releases.locked(viewer, file.list)
    current: FeedbackFile = FeedbackFile.of(list=hash_list).select_for_update(of=("self",)).get(pk=file.pk)
    check_marked(current, given=given)
    current.given_by, current.given_at = (viewer.person, timezone.now()) if given else (None, None)
    current.save(update_fields=["given_by", "given_at"])
    act = acts.GIVEN if given else acts.NOT_GIVEN
    record(act, hash_list.subject, viewer.actor, reason, count=current.opinions)
    return current


def check_marked(file: FeedbackFile, *, given: bool) -> None:
    """Refuse to say what was said.

    Raises:
        Conflict: it was.
    """
    if (file.given_at is not None) is given:
        raise Conflict(
            _("It was said already that this file was sent.")
            if given
            else _("Nobody has said that this file was sent.")
        )
