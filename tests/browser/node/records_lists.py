"""What the routes of hash lists take for their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.models import (
    EntryFeedback,
    EntryRecall,
    HashList,
    ListEntry,
    ListIntake,
    ListSubset,
    LookupCall,
    RecallEffect,
)
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.signing.repository import opened
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.queries import viewer_of
from vaern.trust import acknowledging

if TYPE_CHECKING:
    from vaern.node.organisations.models import Person


def _lists(person: Person) -> list[dict[str, Any]]:
    other = Organisation.objects.exclude(pk=person.organisation_id).first()
    own = HashList.everywhere.filter(organisation=person.organisation).values_list("pk", flat=True)
    return [given for pk in own for given in ({"id": pk}, {"id": pk, "recipient": other and other.pk})]


def _subsets(person: Person) -> list[dict[str, Any]]:
    rows = ListSubset.everywhere.filter(organisation=person.organisation).order_by("pk")
    to = dict(Release.everywhere.filter(kind=ListSubset.KIND).values_list("record", "recipient"))
    return [given for row in rows for given in ({"id": row.pk}, {"id": row.pk, "recipient": to.get(row.pk)})]


def _entries(person: Person) -> list[dict[str, Any]]:
    own = ListEntry.everywhere.filter(list__organisation=person.organisation).order_by("pk")
    return [{"id": row.list_id, "number": row.pk} for state in EntryState for row in own.filter(state=state.value)[:3]]


def _of_several_classes(person: Person) -> list[dict[str, Any]]:
    own = ListEntry.everywhere.filter(list__organisation=person.organisation, classes_since__isnull=False)
    return [{"id": row.list_id, "number": row.pk} for row in own.order_by("pk")]


def _intakes(person: Person) -> list[dict[str, Any]]:
    rows = ListIntake.everywhere.filter(list__organisation=person.organisation)
    return [{"id": row.list_id, "intake": row.pk} for row in rows]


def _recalls(person: Person) -> list[dict[str, Any]]:
    rows = EntryRecall.everywhere.filter(list__organisation=person.organisation)
    return [{"id": row.pk} for row in rows]


def _subscribers_of_subsets(person: Person) -> list[dict[str, Any]]:
    return [{"id": given["id"], "key": "0" * 64} for given in _subsets(person)]  # whoever it is, the page only asks


def _subscribers(person: Person) -> list[dict[str, Any]]:
    own = HashList.everywhere.filter(organisation=person.organisation).order_by("name")
    found = {one.pk: acknowledging.subscribers(opened(), one.name) for one in own}
    return [{"id": pk, "key": key.keyid} for pk, keys in found.items() for key in keys]


def _effects(person: Person) -> list[dict[str, Any]]:
    return [{"number": row.pk} for row in RecallEffect.everywhere.filter(organisation=person.organisation)]


def _received(person: Person) -> list[dict[str, Any]]:
    found = RecallEffect.everywhere.filter(organisation=person.organisation, kind="subscriber").order_by("pk")
    return [{"id": row.recall.list_id} for row in found.select_related("recall")]


def _feedback(person: Person) -> list[dict[str, Any]]:
    own = HashList.everywhere.filter(organisation=person.organisation).values("name")
    return [{"number": row.pk} for row in EntryFeedback.everywhere.filter(list__in=own, outcome="").order_by("pk")]


def _calls(person: Person) -> list[dict[str, Any]]:
    own = LookupCall.everywhere.filter(organisation=person.organisation)
    return [{"call": pk} for pk in own.order_by("-at").values_list("pk", flat=True)[:3]]


def recall_list() -> None:
    """Recall a list, and a subset, from one of those who receive it, who has not acknowledged yet."""
    for model in (HashList, ListSubset):
        found = Release.everywhere.filter(kind=model.KIND, recalled_at=None).order_by("recipient__name").first()
        if found is None:
            continue
        with viewing(found.owner_id):
            releases.recall(
                viewer_of(found.released_by),
                model.everywhere.get(pk=found.record),
                found.recipient_id,
                Reason(Why.LIST_QUALITY),
            )


ENTRIES = (
    *("entry", "vote", "settle", "quarantine", "let-go", "recall-entry", "reinstate", "answers", "contest"),
    "class",
    "add-external",
)
LISTS = {
    **{f"lists:{name}": _entries for name in ENTRIES},
    **{
        f"lists:{name}": _intakes
        for name in ("intake", "intake-progress", "take-intake", "confirm-intake", "reject-intake")
    },
    **{
        f"lists:{name}-subset": _subsets
        for name in (
            *("change", "release", "end-release", "erase", "propose-signed", "take-out-signed", "hand-in-signed"),
            *("propose-every", "enrol-subscriber", "hand-in-acknowledgements"),
        )
    },
    "lists:class-stays": _of_several_classes,
    "lists:subset": _subsets,
    "lists:recall": _recalls,
    "lists:acknowledge-effect": _effects,
    "lists:acknowledge-received": _received,
    "lists:answer-feedback": _feedback,
    "lists:end-subscriber": _subscribers,
    "lists:end-subscriber-subset": _subscribers_of_subsets,
    "lists:call": _calls,
    "lists:": _lists,
}
