"""The lines of `tests/node/route_arguments.py` for hash lists and look-ups."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from django.db import transaction
from django.utils import timezone
from tests.node.casework.brought import waiting
from tests.node.route_arguments import PUBLIC, P, Route, Sees, graded, of, release_to

from vaern.lookup.leaves import leaf_of
from vaern.lookup.spool import Answered
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Subject, Why
from vaern.node.lists.lookups.acts import ANSWERED
from vaern.node.lists.models import (
    EntryFeedback,
    EntryRecall,
    FeedbackFile,
    HashList,
    ListEntry,
    ListIntake,
    ListSubset,
    LookupBatch,
    LookupCall,
    RecallEffect,
)
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from tests.node.route_arguments import Side

    from vaern.node.organisations.models import Organisation

_OWN = {"sees": Sees.OWNER, "arguments": of("list")}
_RELEASED = {"sees": Sees.RECIPIENT, "arguments": of("list")}


def _entry(side: Any) -> dict[str, Any]:
    return {"id": side.more["list"], "number": side.more["list_entry_number"]}


def _file(side: Any) -> dict[str, Any]:
    return {"id": side.more["list"], "number": side.more["feedback_file_number"]}


def _intake(side: Any) -> dict[str, Any]:
    return {"id": side.more["list"], "intake": side.more["list_intake"]}


def _looked_up(side: Any) -> dict[str, Any]:
    return {"call": side.more["lookup_call"]}


def _name(side: Any) -> dict[str, Any]:
    return {"name": side.more["list_name"]}


def _named(side: Any) -> dict[str, Any]:
    return {"name": side.more["list_name"], "id": side.more["list_intake"]}


def _recalled(side: Any) -> dict[str, Any]:
    return {"name": side.more["list_name"], "id": side.more["entry_recall"]}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make a list of an organisation with an entry, a file that came in, and a recall that concerns it."""
    name = f"walk-{uuid4().hex[:12]}"
    hash_list = HashList.everywhere.create(
        organisation=organisation,
        name=name,
        title=f"List {name}",
        change=1,
        live=1,
        review_date=timezone.localdate() + timedelta(days=30),
        synthetic=True,
    )
    said = Entry("one", (Signal("md5", uuid4().bytes),))
    entry = ListEntry.everywhere.create(list=hash_list, ident="one", change=1, body=msgspec.msgpack.encode(said))
    recall = EntryRecall.everywhere.create(list=hash_list, ident="gone", why="not_csam", words="made up")
    effect = RecallEffect.everywhere.create(recall=recall, organisation=organisation, kind="lookup")
    RecallEffect.everywhere.create(recall=recall, organisation=organisation, kind="subscriber")
    now = timezone.now()
    batch = LookupBatch.everywhere.create(
        organisation=organisation, at=now, until=now, calls=1, signals=1, root=b"", leaves=b"", ends=now.date()
    )
    call = LookupCall.everywhere.create(organisation=organisation, batch=batch, position=0, at=now, index="0" * 64)
    leaf = leaf_of(Answered(at=now.isoformat(), call=call.pk.hex, key="", organisation="", protocol="vaern"))
    with transaction.atomic():
        why = Reason(Why.REMOVAL)
        number = record(
            ANSWERED, Subject("lookup", batch.pk, organisation.pk), Actor(organisation=organisation.pk), why
        )
    LookupBatch.everywhere.filter(pk=batch.pk).update(leaves=zlib.compress(leaf), entry=number)
    subset = ListSubset.everywhere.create(
        organisation=organisation,
        list=hash_list,
        name=f"{name}-part",
        title=f"Part of {name}",
        licences=["open"],
        review_date=hash_list.review_date,
    )
    return {
        "list": hash_list.pk,
        "list_subset": subset.pk,
        "list_name": name,
        "lookup_call": call.pk,
        "list_entry_number": entry.pk,
        "feedback_file_number": FeedbackFile.everywhere.create(list=hash_list, opinions=0).pk,
        "graded_list": waiting(organisation, HashList.KIND, hash_list.pk).pk,
        "list_intake": ListIntake.everywhere.create(list=hash_list, state="ready").pk,
        "entry_recall": recall.pk,
        "effect_number": effect.pk,
        "feedback_number": EntryFeedback.everywhere.create(
            organisation=organisation, list=name, entry="one", opinion="negative", ends=timezone.localdate()
        ).pk,
    }


CURATION = {
    "lists:lists": Route(P.HASHLIST_VIEW),
    "lists:new": Route(P.HASHLIST_WORK),
    "lists:list": Route(P.HASHLIST_VIEW, **_RELEASED),
    "lists:terms": Route(P.HASHLIST_WORK, **_OWN),
    "lists:keep": Route(P.HASHLIST_WORK, **_OWN),
    "lists:erase": Route(P.HASHLIST_ERASE, **_OWN, step_up=True),
    "lists:release": Route(P.HASHLIST_RELEASE, **_OWN, step_up=True),
    "lists:end-release": Route(
        P.HASHLIST_RELEASE,
        Sees.OWNER,
        lambda side: {"id": side.more["list"], "recipient": side.recipient},
        step_up=True,
    ),
    "lists:workstation": Route(P.HASHLIST_RELEASE, **_RELEASED, step_up=True),
    "lists:compare": Route(P.HASHLIST_WORK, **_OWN),
    "lists:values-file": Route(P.HASHLIST_RELEASE, **_RELEASED, step_up=True),
    "lists:compare-file": Route(P.HASHLIST_RELEASE, **_OWN, step_up=True),
    "lists:add-entry": Route(P.HASHLIST_WORK, **_OWN),
    "lists:entry": Route(P.HASHLIST_VIEW, Sees.RECIPIENT, _entry),
    **{
        f"lists:{name}": Route(P.HASHLIST_WORK, Sees.OWNER, _entry)
        for name in ("settle", "class", "class-stays", "quarantine", "let-go", "recall-entry", "reinstate")
    },
}
SUBSETS = {
    "lists:subsets": Route(P.HASHLIST_VIEW),
    "lists:subset": Route(P.HASHLIST_VIEW, Sees.RECIPIENT, of("list_subset")),
    "lists:new-subset": Route(P.HASHLIST_RELEASE, **_OWN, step_up=True),
    **{
        f"lists:{name}-subset": Route(P.HASHLIST_RELEASE, Sees.OWNER, of("list_subset"), step_up=True)
        for name in (
            *("change", "release", "erase", "propose-signed", "take-out-signed", "hand-in-signed"),
            *("propose-every", "enrol-subscriber", "hand-in-acknowledgements"),
        )
    },
    "lists:end-subscriber-subset": Route(
        P.HASHLIST_RELEASE, Sees.OWNER, lambda side: {"id": side.more["list_subset"], "key": "0" * 64}, step_up=True
    ),
    "lists:end-release-subset": Route(
        P.HASHLIST_RELEASE,
        Sees.OWNER,
        lambda side: {"id": side.more["list_subset"], "recipient": side.recipient},
        step_up=True,
    ),
}
INTAKE = {
    "lists:send": Route(P.HASHLIST_WORK, **_OWN),
    "lists:mapping": Route(P.HASHLIST_WORK, **_OWN),
    "lists:set-source": Route(P.HASHLIST_WORK, **_OWN, step_up=True),
    "lists:drop-source": Route(P.HASHLIST_WORK, **_OWN),
    "lists:keep-by-hand": Route(P.HASHLIST_WORK, **_OWN),
    "lists:try-source": Route(P.HASHLIST_WORK, **_OWN),
    "lists:fetch-now": Route(P.HASHLIST_WORK, **_OWN),
    "lists:take-subscriber-key": Route(P.HASHLIST_WORK, **_OWN),
    "lists:take-acknowledgement": Route(P.HASHLIST_WORK, **_OWN),
    "lists:tell-source": Route(P.HASHLIST_WORK, **_OWN),
    "lists:source-told": Route(P.HASHLIST_WORK, **_OWN),
    "lists:feedback-files": Route(P.HASHLIST_WORK, **_OWN),
    "lists:take-feedback": Route(P.HASHLIST_WORK, **_OWN),
    **{f"lists:{name}": Route(P.HASHLIST_WORK, Sees.OWNER, _file) for name in ("feedback-given", "feedback-not-given")},
    **{
        f"lists:{name}": Route(P.HASHLIST_WORK, Sees.OWNER, _intake)
        for name in ("intake", "intake-progress", "intake-faults", "take-intake", "reject-intake")
    },
    "lists:confirm-intake": Route(P.HASHLIST_RELEASE, Sees.OWNER, _intake, step_up=True),
}
OTHERS = {
    "lists:graded": Route(P.HASHLIST_VOTE, Sees.RECIPIENT, of("list")),
    **graded("lists:", "list", P.HASHLIST_VOTE),
    "lists:answers": Route(P.HASHLIST_WORK, Sees.OWNER, _entry),
    "lists:vote": Route(P.HASHLIST_VOTE, Sees.RECIPIENT, _entry),
    "lists:recalls": Route(P.HASHLIST_WORK),
    "lists:recall": Route(P.HASHLIST_WORK, Sees.OWNER, of("entry_recall")),
    "lists:matches": Route(P.HASHLIST_WORK, **_OWN),
    "lists:take-out-matches": Route(P.HASHLIST_RELEASE, **_OWN, step_up=True),
    "lists:concerning": Route(P.HASHLIST_VIEW),
    "lists:acknowledge-received": Route(P.HASHLIST_VIEW, Sees.OWNER, of("list")),
    "lists:acknowledge-effect": Route(P.HASHLIST_VIEW, Sees.OWNER, lambda side: {"number": side.more["effect_number"]}),
    **{
        f"lists:{name}": Route(P.HASHLIST_RELEASE, **_OWN, step_up=True)
        for name in (
            "propose-signed",
            "take-out-signed",
            "hand-in-signed",
            "propose-every",
            "enrol-subscriber",
            "hand-in-acknowledgements",
        )
    },
    "lists:end-subscriber": Route(
        P.HASHLIST_RELEASE, Sees.OWNER, lambda side: {"id": side.more["list"], "key": "0" * 64}, step_up=True
    ),
    "lists:contest": Route(P.HASHLIST_VIEW, Sees.RECIPIENT, _entry),
    "lists:feedback": Route(P.HASHLIST_WORK),
    "lists:answer-feedback": Route(P.HASHLIST_WORK, Sees.OWNER, lambda side: {"number": side.more["feedback_number"]}),
    "lists:contested": Route(P.HASHLIST_VIEW),
    "lists:lookups": Route(P.LOOKUP_MANAGE),
    "lists:policy": Route(P.LOOKUP_MANAGE),
    "lists:look-up": Route(P.LOOKUP_ASK),
    "lists:find-call": Route(P.LOOKUP_ASK),
    "lists:check-call": Route(P.LOOKUP_ASK),
    "lists:call": Route(P.LOOKUP_ASK, Sees.OWNER, _looked_up),
    "lists:call-proof": Route(P.LOOKUP_ASK, Sees.OWNER, _looked_up),
}
FIGURES = {
    "lists:public-figures": Route(PUBLIC),
    "lists:public-figures-file": Route(
        PUBLIC, arguments=lambda side: {**_name(side), "what": "months"}, never="none is published"
    ),
    "lists:indicators": Route(P.HASHLIST_WORK),
    "lists:indicators-file": Route(P.HASHLIST_WORK),
    "lists:alliance-indicators": Route(P.ALLIANCE_MANAGE),
    "lists:alliance-indicators-file": Route(P.ALLIANCE_MANAGE),
    "lists:figures": Route(P.HASHLIST_WORK, **_OWN),
    "lists:publish-figures": Route(P.HASHLIST_RELEASE, **_OWN, step_up=True),
    "lists:withdraw-figures": Route(P.HASHLIST_RELEASE, **_OWN, step_up=True),
}

LINES: dict[str, Route] = {**CURATION, **SUBSETS, **INTAKE, **OTHERS, **FIGURES}
"""Of pages, by the names of their routes."""


def release(side: Side, recipient: Organisation) -> None:
    """Release the list, and its subset, to one more organisation."""
    release_to(HashList.everywhere.get(pk=side.more["list"]), recipient)
    release_to(ListSubset.everywhere.get(pk=side.more["list_subset"]), recipient)


OPERATIONS: dict[str, Route] = {
    "GET /api/hash-lists": Route(P.LOOKUP_LISTS),
    "POST /api/hash-lists/{name}/intakes": Route(P.HASHLIST_WORK, Sees.OWNER, _name, changes=True),
    "PUT /api/hash-lists/{name}/intakes/{uuidstr:id}/pieces": Route(P.HASHLIST_WORK, Sees.OWNER, _named, changes=True),
    "GET /api/hash-lists/{name}/intakes/{uuidstr:id}": Route(P.HASHLIST_WORK, Sees.OWNER, _named),
    "GET /api/hash-lists/{name}/intakes/{uuidstr:id}/faults": Route(P.HASHLIST_WORK, Sees.OWNER, _named),
    "GET /api/hash-lists/{name}/recalls/{uuidstr:id}": Route(P.HASHLIST_WORK, Sees.OWNER, _recalled),
    **{
        f"GET /api/hash-lists/{{name}}{what}": Route(P.HASHLIST_WORK, Sees.OWNER, _name)
        for what in ("", "/recalls", "/feedback", "/figures")
    },
    **{
        f"GET /api/lookups/{{uuidstr:call}}{what}": Route(P.LOOKUP_ASK, Sees.OWNER, _looked_up)
        for what in ("", "/proof")
    },
    "GET /api/lookups/recalls": Route(P.LOOKUP_ASK),
    "GET /api/lookups/recalls/{int:number}/calls": Route(
        P.LOOKUP_ASK, Sees.OWNER, lambda side: {"number": side.more["effect_number"]}
    ),
}
"""Of the API, by the names of its operations."""
