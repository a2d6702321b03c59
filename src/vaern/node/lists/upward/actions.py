"""A person decides that a source is told what their organisation found of entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.lists.models import SourceFeedback
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.rules.upward import GIVES_REASONS, UpState
from vaern.node.lists.sources.services import may_tell
from vaern.node.lists.upward import acts, queries

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList, ListSource
    from vaern.node.lists.upward.queries import Found
    from vaern.node.lists.upward.reasons import Reasons
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Telling:
    """What a source is told.

    Attributes:
        opinions: positive or negative, by the ids of entries, as the person saw them.
        kinds: of hashes: each has an opinion of its own at the source.
        reasons: of a no, in the source's words.
        known: the source's reasons.
    """

    opinions: Mapping[str, str]
    kinds: Collection[str]
    reasons: Collection[str]
    known: Reasons


@transaction.atomic
def tell(viewer: Viewer, reason: Reason, hash_list: HashList, given: Telling) -> int:
    """Let a source be told, by a job that commits with this; return how many opinions go.

    Raises:
        Refusal: a key decides, the list has no source that takes opinions, an entry has none of the kinds, or a no has
            no reason that the source gives for its kind.
        Conflict: meanwhile somebody else told it, or the opinion is another.
    """
    from vaern.node.lists.upward.jobs import send_soon

    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current = releases.locked(viewer, hash_list)
    source = source_to_tell(current)
    kind = SourceKind(source.kind)
    chosen = {one.entry.ident: one for one in queries.found(current, kind, idents=[*given.opinions])}
    if {ident: one.opinion for ident, one in chosen.items()} != dict(given.opinions):
        raise Conflict(_("Meanwhile somebody told the source, or decided otherwise. Look at the list again."))
    sent = [row for one in chosen.values() for row in _rows(current, one, given, kind)]
    now = timezone.now()
    for row in sent:
        row.asked_by, row.asked_at, row.next_at = viewer.person, now, now
    SourceFeedback.everywhere.bulk_create(
        sent,
        update_conflicts=True,
        unique_fields=["list", "ident", "kind"],
        update_fields=[
            *("opinion", "reasons", "state", "said", "failures", "next_at"),
            *("asked_by", "asked_at", "answered_at"),
        ],
    )
    for one in chosen.values():
        record(acts.ASKED, one.entry.subject, viewer.actor, reason)
    send_soon(current.pk)
    return len(sent)


def source_to_tell(hash_list: HashList) -> ListSource:
    """Return the source of a list that takes opinions.

    Raises:
        Conflict: there is none, or its key for that is missing.
    """
    source = queries.source_of(hash_list)
    if source is None:
        raise Conflict(_("This list is not fetched from a source that takes opinions."))
    if not may_tell(source):
        raise Conflict(_("StopNCII has a key of its own for feedback: set it at the source first."))
    return source


def _rows(hash_list: HashList, one: Found, given: Telling, source: SourceKind) -> list[SourceFeedback]:
    kinds = [kind for kind in one.kinds if kind in given.kinds]
    if not kinds:
        said = _("%(entry)s has no hash of these kinds.") % {"entry": one.entry.ident}
        raise Refusal(said, field="kinds")
    rows = []
    for kind in kinds:
        reasons: dict[str, str] = {}
        if one.opinion == "negative" and source in GIVES_REASONS:
            known = given.known.get(kind, {})
            reasons = {name: known[name] for name in given.reasons if name in known}
            if not reasons:
                said = _("Say why not: the source wants a reason of its own for %(kind)s.") % {"kind": kind.upper()}
                raise Refusal(said, field="reasons")
        rows.append(
            SourceFeedback(
                list=hash_list,
                ident=one.entry.ident,
                kind=kind,
                opinion=one.opinion,
                reasons=reasons,
                state=UpState.WAITS.value,
            )
        )
    return rows
