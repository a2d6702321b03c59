"""When subscribers acknowledged which release: noted as it comes, and each night of what the command line took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.lists.base.signed import list_of, subset_of
from vaern.node.lists.models import SubscriberStep
from vaern.node.lists.rules.everywhere import ENROLLED, Subscriber, said_at
from vaern.node.lists.signing.repository import made_of
from vaern.trust import acknowledging
from vaern.trust.repository import read

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from vaern.node.lists.base.signed import Signed
    from vaern.trust.repository import Repository


def note_enrolled(repository: Repository, signed: Signed, keyid: str) -> None:
    """Note since when, and after which release, somebody is a subscriber; who is already, stays."""
    newest = max(repository.versions(signed.name), default=0)
    _note(signed, keyid, ENROLLED, timezone.now(), newest)


def note_said(repository: Repository, signed: Signed, keyid: str, release: int, said: datetime) -> None:
    """Note that a subscriber acknowledged a release; of each the first time counts."""
    document = repository.versions(signed.name).get(release)
    made = made_of(read(document).signed, signed.name) if document else None
    now = timezone.now()
    _note(signed, keyid, release, said_at(said, made or said, now))


def forget(signed: Signed, keyid: str) -> None:
    """Forget when somebody acknowledged who is no longer expected to: whoever comes again begins again."""
    _steps(signed).filter(subscriber=keyid).delete()


def caught_up(repository: Repository, signed: Signed) -> dict[str, Subscriber]:
    """Return the subscribers of a list, or a subset, by the ids of their keys, with what the command line changed.

    Raises:
        TrustError: the repository is damaged.
    """
    found = acknowledging.standings(repository, signed.name)
    kept = [one.key.keyid for one in found]
    _steps(signed).exclude(subscriber__in=kept).delete()
    for one in found:
        note_enrolled(repository, signed, one.key.keyid)
        if one.version and one.said_at:
            note_said(repository, signed, one.key.keyid, one.version, one.said_at)
    rows = list(_steps(signed))
    said: dict[str, dict[int, datetime]] = {keyid: {} for keyid in kept}
    for row in rows:
        if row.release != ENROLLED:
            said[row.subscriber][row.release] = row.at
    begun = [row for row in rows if row.release == ENROLLED]
    return {row.subscriber: Subscriber(row.at, row.newest, said[row.subscriber]) for row in begun}


def _note(signed: Signed, keyid: str, release: int, at: datetime, newest: int = 0) -> None:
    whose = {"list": list_of(signed), "subset": subset_of(signed), "subscriber": keyid}
    SubscriberStep.everywhere.get_or_create(**whose, release=release, defaults={"at": at, "newest": newest})


def _steps(signed: Signed) -> QuerySet[SubscriberStep]:
    """Return what is known of the subscribers of a list itself, or of those of a subset."""
    return SubscriberStep.of(list=list_of(signed)).filter(subset=subset_of(signed))
