"""Reads of who uses which signed release: from the repository, which the command line reads and writes too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import structlog
from django.utils import timezone

from vaern.node.lists.base.signed import had_by, list_of, named
from vaern.node.lists.comparing import statements
from vaern.node.lists.comparing.statements import Span
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.entries import MATCHED, EntryState
from vaern.node.lists.signing.repository import change_of, opened
from vaern.node.runtime.logs import described
from vaern.trust import acknowledging
from vaern.trust.faults import TrustError
from vaern.trust.repository import read, roles_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.lists.base.signed import Signed
    from vaern.trust.acknowledging import Standing
    from vaern.trust.repository import Repository

AT_ONCE = 2_000
"""Entries that are read at once, to see which of them a subset had."""


class Subscriber(NamedTuple):
    """How far a subscriber is with a list, or with a subset of one.

    Attributes:
        standing: what they acknowledged.
        lacking: how many entries they may still match with, that the newest release recalls; None where nobody can
            tell, because they acknowledged nothing yet.
        late: they have not acknowledged a release in time.
    """

    standing: Standing
    lacking: int | None
    late: bool


class Late(NamedTuple):
    """A subscriber of a list, or of a subset, who has not acknowledged in time."""

    signed: Signed
    standing: Standing


def subscribers_of(signed: Signed) -> list[Subscriber] | None:
    """Return how far each subscriber of a list, or of a subset, is; None where nobody signs it, or nobody can tell."""
    repository, now = opened(), timezone.now()
    try:
        if not is_signed(repository, signed.name):
            return None
        found = acknowledging.standings(repository, signed.name)
        lacking = _lacking(repository, signed, {one.version for one in found})
    except TrustError as error:  # somebody damaged the folder: the page of the list is no place to find that
        structlog.get_logger().error("error", task="lists.subscribers", **described(error))
        return None
    return [Subscriber(one, lacking.get(one.version), one.overdue(now)) for one in found]


def is_signed(repository: Repository, name: str) -> bool:
    """Return whether somebody was said to sign a list.

    Raises:
        TrustError: the repository is damaged.
    """
    targets = repository.newest("targets")
    return targets is not None and name in roles_of(targets.signed)


def overdue() -> list[Late]:
    """Return those who have not acknowledged in time, of the lists, and the subsets, of the viewer's organisation."""
    repository, now = opened(), timezone.now()
    folder = repository.folder / acknowledging.SUBSCRIBERS
    if not folder.is_dir():
        return []
    followed = named([path.name for path in folder.iterdir()])
    try:
        found = [Late(one, standing) for one in followed for standing in acknowledging.standings(repository, one.name)]
    except TrustError as error:
        structlog.get_logger().error("error", task="lists.subscribers", **described(error))
        return []
    return [one for one in found if one.standing.overdue(now)]


def _lacking(repository: Repository, signed: Signed, versions: Iterable[int]) -> dict[int, int]:
    """Return by release how many of its entries the newest release recalls; at the cost of what changed in between."""
    documents = repository.versions(signed.name)
    if not documents:
        return {}
    wanted = {*versions, max(documents)} & documents.keys()
    changes = {one: change_of(read(documents[one]).signed, signed.name) for one in wanted}
    newest = changes[max(documents)]
    return {
        version: _recalled(signed, Span(list_of(signed).pk, change, newest))
        for version, change in changes.items()
        if change is not None and newest is not None
    }


def _recalled(signed: Signed, span: Span) -> int:
    """Return how many entries the older of two releases matches, and the newer one recalls."""
    matched = {state.value for state in MATCHED}
    pairs = statements.counts(span) if span.old < span.new else {}
    gone = {pair: n for pair, n in pairs.items() if pair.before in matched and pair.now == EntryState.RECALLED.value}
    if isinstance(signed, HashList) or not gone:
        return sum(gone.values())
    had = had_by(signed)
    return sum(had(one.ident) for one in statements.every(span, gone, AT_ONCE))
