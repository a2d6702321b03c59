"""Reads of look-ups: the policy that counts, and what an organisation's programs asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db import transaction
from django.utils import timezone

from vaern.lookup.grounds import stand
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.proofs import NoProof
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.lists.base.acts import LISTED as LISTS_LISTED
from vaern.node.lists.lookups import acts, grounds, proving
from vaern.node.lists.models import HashList, ListSubset, LookupAlarm, LookupBatch, LookupCall, LookupPolicy
from vaern.node.organisations import listings
from vaern.node.organisations.models import ApiKey
from vaern.node.web.items import NEWS_LASTS, Rows, first_of
from vaern.node.web.sorting import Order
from vaern.proofs.calls import ProofBroken, check_proof

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.lookup.grounds import Service, Stand
    from vaern.node.lists.lookups.proving import Kept
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page
    from vaern.proofs.calls import CallProof

LISTS = Subject("lookup")
TO_WORK = Reason(Why.LIST_QUALITY)
CALLS = Order("-at", "call")


def policy(_viewer: Viewer) -> LookupPolicy | None:
    """Return the policy of the viewer's organisation that counts; None where it has none."""
    found: LookupPolicy | None = LookupPolicy.objects.select_related("by").order_by("-version").first()
    return found


def ground(_viewer: Viewer, policy: LookupPolicy | None) -> Stand:
    """Return how the law stands today for the service that a policy speaks of."""
    service, country = (policy.service, policy.country) if policy else ("", "")
    return stand(tuple(grounds.rows()), cast("Service", service), country, timezone.now().date())


@transaction.atomic
def calls(viewer: Viewer, parameters: Mapping[str, Any]) -> Page[LookupCall]:
    """Return a page of what the programs of the viewer's organisation asked; recorded."""
    return listings.read(
        viewer, LookupCall.objects.all(), CALLS, parameters, act=acts.LISTED, subject=LISTS, reason=TO_WORK
    )


@transaction.atomic
def read_call(viewer: Viewer, reason: Reason, id: UUID) -> Kept | None:
    """Return a call of the viewer's organisation, by its id; recorded."""
    found = proving.find(LookupBatch.objects.all(), id)
    if found is not None:
        record(acts.CONSULTED, Subject("lookup", id, viewer.organisation.id), viewer.actor, reason)
    return found


def is_kept(_viewer: Viewer, id: UUID) -> bool:
    """Return whether the viewer's organisation has a call of an id. Its page records that somebody looked."""
    return proving.find(LookupBatch.objects.all(), id) is not None


class CallPage(NamedTuple):
    """A call, and how it stands in the ledger.

    Attributes:
        kept: what the ledger covers of it.
        key: name of the key that asked; "" where there is none of that id.
        by: name of the person who looked up by hand; None of a program.
        lists: name, release and sequence of each list that it was answered from; None where that is kept no more.
        proof: that it stands in the ledger; None until its entry has a place there.
        broken: the member of the proof that does not hold, checked just now; "" where all do.
    """

    kept: Kept
    key: str
    by: str | None
    lists: list[dict[str, Any]] | None
    proof: CallProof | None
    broken: str


@transaction.atomic
def call_page(viewer: Viewer, id: UUID) -> CallPage | None:
    """Return a call of the viewer's organisation, and whether its proof holds; recorded."""
    kept = read_call(viewer, TO_WORK, id)
    if kept is None:
        return None
    proof, broken = None, ""
    try:
        proof = proving.proof_of(kept)
        check_proof(proof, verifier_key())
    except NoProof:
        pass
    except ProofBroken as error:
        broken = error.place
    key = ApiKey.objects.filter(pk=kept.batch.key).values_list("name", flat=True).first()
    by = kept.batch.by.name if kept.batch.by else None
    return CallPage(kept, key or "", by, proving.releases_of(kept), proof, broken)


def alarms(_viewer: Viewer) -> Rows[tuple[LookupAlarm, str]]:
    """Return the last alarms about programs of the viewer's organisation, while they are news; each with its key."""
    rows = LookupAlarm.objects.filter(by=None, at__gt=timezone.now() - NEWS_LASTS).order_by("-at", "-id")
    found = first_of(rows)
    names = dict(ApiKey.objects.filter(pk__in=[one.key for one in found.first]).values_list("pk", "name"))
    return Rows([(one, names.get(one.key, "")) for one in found.first], found.count)


def alarms_of_people(_viewer: Viewer) -> Rows[LookupAlarm]:
    """Return the last alarms about people of the viewer's organisation, while they are news."""
    rows = LookupAlarm.objects.filter(at__gt=timezone.now() - NEWS_LASTS).exclude(by=None)
    return first_of(rows.select_related("by").order_by("-at", "-id"))


def own_list(name: str) -> HashList | None:
    """Return a list of the viewer's organisation by its short name."""
    found: HashList | None = HashList.own.filter(name=name).first()
    return found


@transaction.atomic
def lists(viewer: Viewer, reason: Reason) -> list[HashList | ListSubset]:
    """Return the lists and subsets that the viewer's organisation has, its own and those released to it; recorded."""
    found = [*HashList.objects.all(), *ListSubset.objects.select_related("list")]
    found.sort(key=lambda one: one.name)
    record(LISTS_LISTED, Subject(HashList.KIND), viewer.actor, reason, count=len(found))
    return found
