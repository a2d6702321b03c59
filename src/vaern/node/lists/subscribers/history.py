"""When subscribers acknowledged which release: noted as it comes, and each night of what the command line took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.lists.models import SubscriberStep
from vaern.node.lists.rules.everywhere import ENROLLED, Subscriber, said_at
from vaern.node.lists.signing.repository import made_of
from vaern.trust import acknowledging
from vaern.trust.repository import read

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.lists.models import HashList
    from vaern.trust.repository import Repository


def note_enrolled(repository: Repository, hash_list: HashList, keyid: str) -> None:
    """Note since when, and after which release, somebody is a subscriber; who is already, stays."""
    newest = max(repository.versions(hash_list.name), default=0)
    _note(hash_list, keyid, ENROLLED, timezone.now(), newest)


def note_said(repository: Repository, hash_list: HashList, keyid: str, release: int, said: datetime) -> None:
    """Note that a subscriber acknowledged a release; of each the first time counts."""
    document = repository.versions(hash_list.name).get(release)
    made = made_of(read(document).signed, hash_list.name) if document else None
    now = timezone.now()
    _note(hash_list, keyid, release, said_at(said, made or said, now))


def forget(hash_list: HashList, keyid: str) -> None:
    """Forget when somebody acknowledged who is no longer expected to: whoever comes again begins again."""
    SubscriberStep.of(list=hash_list).filter(subscriber=keyid).delete()


def caught_up(repository: Repository, hash_list: HashList) -> dict[str, Subscriber]:
    """Return the subscribers of a list by the ids of their keys, with what the command line changed since.

    Raises:
        TrustError: the repository is damaged.
    """
    found = acknowledging.standings(repository, hash_list.name)
    kept = [one.key.keyid for one in found]
    SubscriberStep.of(list=hash_list).exclude(subscriber__in=kept).delete()
    for one in found:
        note_enrolled(repository, hash_list, one.key.keyid)
        if one.version and one.said_at:
            note_said(repository, hash_list, one.key.keyid, one.version, one.said_at)
    rows = list(SubscriberStep.of(list=hash_list))
    said: dict[str, dict[int, datetime]] = {keyid: {} for keyid in kept}
    for row in rows:
        if row.release != ENROLLED:
            said[row.subscriber][row.release] = row.at
    begun = [row for row in rows if row.release == ENROLLED]
    return {row.subscriber: Subscriber(row.at, row.newest, said[row.subscriber]) for row in begun}


def _note(hash_list: HashList, keyid: str, release: int, at: datetime, newest: int = 0) -> None:
    SubscriberStep.of(list=hash_list).get_or_create(
        list=hash_list, subscriber=keyid, release=release, defaults={"at": at, "newest": newest}
    )
