"""What people decide about the source of a list."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.client.http import ClientError
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import Unsealable
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.lists.base import disk
from vaern.node.lists.base.freshness import leave_behind
from vaern.node.lists.models import FeedbackFile, ListIntake, ListSource, SourceFeedback
from vaern.node.lists.rules.intake import WAITING
from vaern.node.lists.rules.sources import WARN_DAYS, Outcome, SourceKind, fault_of_age, is_of_this_machine
from vaern.node.lists.rules.upward import UpState
from vaern.node.lists.sources import acts, services
from vaern.node.lists.sources.labels import AGE_FAULTS
from vaern.node.lists.survivors.following import check_by_hand
from vaern.trust.faults import TrustError
from vaern.trust.repository import root_as_written

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Setting:
    """What is set of a source; attributes as of `ListSource`. Keys that are empty stay as they were."""

    kind: SourceKind
    address: str
    account: str
    keys: dict[str, str]
    every: int
    takes: bool
    most: int
    root: bytes = b""
    warn_days: int | None = WARN_DAYS
    stop_days: int | None = None


@transaction.atomic
def set_source(viewer: Viewer, reason: Reason, hash_list: HashList, given: Setting) -> ListSource:
    """Set from where a list is fetched. Another source, or another account, is fetched from its beginning.

    Raises:
        Refusal: a key sets it, the list is not theirs or follows wishes, or the source could not be asked so.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current = releases.locked(viewer, hash_list)
    check_by_hand(current)
    if is_of_this_machine(given.address) and not settings.CONFIGURATION.synthetic:
        raise Refusal(_("This address leads to the node itself, and not to a source."), field="address")
    _check_age(given)
    source = ListSource.of(list=current).select_for_update().first() or ListSource(list=current)
    before = (source.kind, source.address, source.account)
    root = _root(given, source)
    other = (*before, bytes(source.root)) != (given.kind.value, given.address, given.account, root)
    source.root = root
    source.kind, source.address, source.account = given.kind.value, given.address, given.account
    source.every, source.takes, source.most = given.every, given.takes, given.most
    source.warn_days, source.stop_days = given.warn_days, given.stop_days
    if any(given.keys.values()):
        kept = {} if other or not source.secret else _keys_kept(source)
        source.secret = services.sealed(kept | {name: text for name, text in given.keys.items() if text})
    elif other and services.SERVICES[given.kind].open:
        source.secret = b""
    elif other and source.secret:
        # a key is given to nobody but the service that it was set for
        raise Refusal(_("This is another service or account: give its key too."), field="key")
    if not services.SERVICES[given.kind].open and not _keys_kept(source).get("key"):
        raise Refusal(_("Give the key: without it the source is not asked."), field="key")
    if other:
        _begin_anew(source, current)
    try:
        services.fetch_of(source)
    except ClientError as error:
        raise Refusal(str(error), field="address") from None
    except ValueError as error:
        raise Refusal(str(error), field="account") from None
    source.failures, source.next_at = 0, timezone.now()
    source.set_by, source.set_at = viewer.person, timezone.now()
    source.save()
    record(acts.SET, current.subject, viewer.actor, reason)
    disk.follow_soon(current.pk)  # how old it may get counts from now on
    return source


def _check_age(given: Setting) -> None:
    """Refuse days by which a list is warned of, or stops, although it is fetched as it is to be.

    Raises:
        Refusal: which of them, and what to do.
    """
    if given.kind is SourceKind.RELEASES:  # their publisher says it
        return
    fault = fault_of_age(given.every, given.warn_days, given.stop_days)
    if fault is not None:
        field, words = AGE_FAULTS[fault]
        raise Refusal(words % {"n": given.every}, field=field)


def _begin_anew(source: ListSource, hash_list: HashList) -> None:
    """Forget what is known of a source: it is another one, which was told nothing."""
    leave_behind(hash_list)
    source.checkpoint, source.ahead, source.beginning, source.fetched_at = None, None, uuid4(), None
    source.outcome, source.why = Outcome.NEVER.value, ""
    source.reasons, source.acknowledged, source.acknowledgement = {}, 0, b""
    for told in (SourceFeedback, FeedbackFile):
        told.of(list=hash_list).delete()
    _forget_release(hash_list.pk)


def _root(given: Setting, source: ListSource) -> bytes:
    """Return the root with which trust in a repository begins, in the one form in which it is written; b"" for others.

    Raises:
        Refusal: it is missing, or is none.
    """
    if given.kind is not SourceKind.RELEASES:
        return b""
    if not given.root and not source.root:
        raise Refusal(_("Give the root of the repository: by it alone its releases are believed."), field="root")
    if not given.root:
        return bytes(source.root)
    try:
        return root_as_written(given.root)
    except TrustError as error:
        raise Refusal(str(error), field="root") from None


def _forget_release(id: UUID) -> None:
    """Let go of what was fetched of a repository, once that is committed."""
    transaction.on_commit(partial(shutil.rmtree, services.folder_of(id), ignore_errors=True), robust=True)


def _keys_kept(source: ListSource) -> dict[str, str]:
    """Return the keys that were given before; none where another node's secret sealed them."""
    try:
        return {name: text for name, text in services.keys_of(source).items() if text}
    except Unsealable:
        return {}


@transaction.atomic
def drop(viewer: Viewer, reason: Reason, hash_list: HashList) -> None:
    """End that a list is fetched. Its entries stay and go on growing old, and its key is erased."""
    current = releases.locked(viewer, hash_list)
    leave_behind(current)
    if not ListSource.of(list=current).delete()[0]:
        raise Conflict(_("This list is not fetched."))
    SourceFeedback.of(list=current).filter(state=UpState.WAITS.value).delete()
    _forget_release(current.pk)
    record(acts.DROPPED, current.subject, viewer.actor, reason)


@transaction.atomic
def keep_by_hand(viewer: Viewer, reason: Reason, hash_list: HashList) -> None:
    """Say that a list that is not fetched any more is kept by people: from now on it has no age, and never stops.

    Raises:
        Conflict: it is fetched, or has no age.
    """
    current = releases.locked(viewer, hash_list)
    if ListSource.of(list=current).exists():
        raise Conflict(_("This list is fetched: its source says how old it is."))
    if current.freshness is None:
        raise Conflict(_("This list has no age: nothing warns of it, and it does not stop."))
    current.freshness = None
    current.save(update_fields=["freshness"])
    record(acts.KEPT_BY_HAND, current.subject, viewer.actor, reason)
    disk.follow_soon(current.pk)


@transaction.atomic
def fetch_now(viewer: Viewer, reason: Reason, hash_list: HashList) -> None:
    """Let a list be fetched now, by a job that commits with this: what was rejected too, unless something waits."""
    from vaern.node.lists.sources.jobs import fetch_soon

    current = releases.locked(viewer, hash_list)
    source = _source(current)
    source.next_at = timezone.now()
    if not ListIntake.of(list=current).filter(state__in=[state.value for state in WAITING]).exists():
        source.ahead = None
    source.save(update_fields=["next_at", "ahead"])
    record(acts.ASKED, current.subject, viewer.actor, reason)
    fetch_soon(current.pk)


def try_out(viewer: Viewer, reason: Reason, hash_list: HashList) -> bool:
    """Ask a source for one page, and keep nothing of it; return whether anything was on it.

    Raises:
        Refusal: what was wrong, where, and what to do.
    """
    with transaction.atomic():
        source = _source(releases.locked(viewer, hash_list))
        record(acts.TRIED, source.list.subject, viewer.actor, reason)
    try:
        with closing(services.fetch_of(source, limits=services.TRYING)) as fetched:
            return next(fetched, None) is not None
    except (ClientError, ValueError) as error:
        raise Refusal(str(error)) from None
    except Unsealable:
        raise Refusal(_("Its key was sealed by another node's secret: set it anew.")) from None


def _source(hash_list: HashList) -> ListSource:
    source: ListSource | None = ListSource.of(list=hash_list).first()
    if source is None:
        raise Conflict(_("This list is not fetched."))
    source.list = hash_list
    return source
