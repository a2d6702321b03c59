"""What the page of a list says of its source."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.sheets import SheetPart
from vaern.node.lists.base.freshness import freshness_by
from vaern.node.lists.rules.sources import Outcome, SourceKind
from vaern.node.lists.rules.upward import TYPES
from vaern.node.lists.sources import labels, queries
from vaern.node.lists.sources.acknowledging import is_signed, keyid_of
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Code, Definitions, When

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList, ListSource
    from vaern.node.organisations.viewers import Viewer


def list_part(viewer: Viewer, hash_list: HashList, _reason: Reason) -> SheetPart | None:
    """Return the part of a list's page about its source; for whoever keeps it."""
    own = hash_list.organisation_id == viewer.organisation.id and viewer.may(Permission.HASHLIST_WORK)
    if not own or hash_list.wishes:
        return None
    source = queries.source_of(hash_list)
    at = [hash_list.pk]
    told = "source-told" if source and SourceKind(source.kind) in TYPES else "feedback-files"
    context = {
        "facts": Definitions(list(_facts(source))) if source else None,
        "age": Definitions(list(_age(hash_list, None))) if not source and hash_list.freshness else None,
        "by_hand_url": reverse("lists:keep-by-hand", args=at),
        "set_url": reverse("lists:set-source", args=at),
        "try_url": reverse("lists:try-source", args=at),
        "fetch_url": reverse("lists:fetch-now", args=at),
        "told_url": reverse(f"lists:{told}", args=at) if source or queries.is_of_others(hash_list) else "",
        "drop_url": reverse("lists:drop-source", args=at),
        "key_url": reverse("lists:take-subscriber-key", args=at) if is_signed(source) else "",
        "said_url": reverse("lists:take-acknowledgement", args=at) if source and source.acknowledgement else "",
    }
    return SheetPart(_("Source"), "lists/source_part.html", context)


def _release(source: ListSource) -> Iterator[tuple[object, object]]:
    """Yield what is known of the signed release that was fetched: how old it may get its publisher says."""
    yield _("Fingerprint of the root (SHA-256)"), Code(hashlib.sha256(source.root).hexdigest(), 64)
    keyid, known = keyid_of(source.list.organisation_id), source.checkpoint
    if keyid:
        yield _("Key by which its releases are acknowledged"), Code(keyid, 64)
    if not known:
        return
    yield _("Release"), f"{known['version']}: {known['signers']}"
    if known.get("signed_at"):
        yield _("Announced by its publisher"), When(datetime.fromisoformat(known["signed_at"]))
    yield _("Acknowledged"), _acknowledged(source, known["version"])


def _acknowledged(source: ListSource, version: int) -> str:
    if not source.acknowledged:
        return _("Not yet: a release is acknowledged once it is taken and matched against")
    if source.acknowledged != version:
        return _("Release %(n)s; the one after it once it is matched against") % {"n": source.acknowledged}
    return _("Release %(n)s") % {"n": source.acknowledged}


def _age(hash_list: HashList, source: ListSource | None) -> Iterator[tuple[object, object]]:
    """Yield how old a list is, and until when it may be used."""
    fresh = freshness_by(hash_list, source)
    if fresh is None:
        return
    for name, text in (
        (_("Last compared with its source"), fresh.checked_at),
        (_("Too old to use without a warning"), fresh.alarm_at),
        (_("Too old to use"), fresh.stop_at),
    ):
        yield name, When(datetime.fromisoformat(text)) if text else _("Never")


def _policy(source: ListSource) -> Iterator[tuple[object, object]]:
    """Yield how old the list of a source may get."""
    for name, days in (
        (_("Everybody is warned"), source.warn_days),
        (_("It stops"), source.stop_days),
    ):
        after = ngettext(
            "A day after it was last fetched whole", "%(n)s days after it was last fetched whole", days or 0
        )
        yield name, after % {"n": days} if days else _("Never")


def _attempts(source: ListSource) -> Iterator[tuple[object, object]]:
    """Yield what the last attempt came to, and when the next one is."""
    yield _("Last attempt"), Chip(*labels.OUTCOMES[Outcome(source.outcome)])
    if source.why:
        yield _("What was wrong"), source.why
    for name, at in (
        (_("Asked"), source.asked_at),
        (_("Last fetched whole"), source.fetched_at),
        (_("Next attempt"), source.next_at),
    ):
        if at:
            yield name, When(at)


def _facts(source: ListSource) -> Iterator[tuple[object, object]]:
    yield _("Source"), labels.KINDS[SourceKind(source.kind)]
    yield _("Address"), Code(source.address)
    if source.account:
        yield _("Account"), source.account
    if is_signed(source):
        yield from _release(source)
    yield from _attempts(source)
    yield from _age(source.list, source)
    if not is_signed(source):
        yield from _policy(source)
    every = ngettext("Every hour", "Every %(n)s hours", source.every)
    yield _("How often"), every % {"n": source.every}
    if source.takes:
        said = _("Up to %(n)s changes at once")
        yield _("Taken without asking"), said % {"n": number_format(source.most, force_grouping=True)}
    else:
        yield _("Taken without asking"), _("What it withdraws, unless that is much")
    if SourceKind(source.kind) not in TYPES:
        yield _("Feedback"), _("This source takes none here: download it, and send it.")
    if source.set_by:
        yield _("Set by"), source.set_by.name
