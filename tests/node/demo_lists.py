"""Laws over the hash lists of the demonstration, once its history was lived through."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.ledger.keys import signing_key
from vaern.node.lists.lookups import proving
from vaern.node.lists.models import (
    EntryRecall,
    EntryVote,
    HashList,
    ListEntry,
    ListSource,
    LookupBatch,
    LookupCall,
    RecallEffect,
)
from vaern.node.lists.rules.effects import EffectKind, EffectState, RecallReason
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.lists import Holds
from vaern.node.lists.rules.sources import Outcome
from vaern.node.reports.intake.lists import ageing
from vaern.node.scans.models import FindingMatch
from vaern.node.victims.models import Member
from vaern.proofs.calls import check_proof

if TYPE_CHECKING:
    from datetime import datetime


def lists(now: datetime) -> None:
    """Every piece of the lists is shown, none contradicts another, and each look-up is proven."""
    _voices()
    _matches()
    _reach()
    _values()
    _age(now)
    _lookups()
    graded = set(Member.everywhere.exclude(graded="").values_list("graded", flat=True))
    assert len(graded) >= 3, "no series came back graded from a workstation"


def _voices() -> None:
    """A no that somebody settled stays in the open, and one waits for a person: of votes that contradict each other."""
    waits = ListEntry.everywhere.filter(state=EntryState.DISPUTED.value)
    assert waits.filter(positive__gt=0, negative__gt=0).exists()
    settled = ListEntry.everywhere.filter(state=EntryState.LIVE.value, settled__isnull=False)
    assert settled.exists()
    for entry in settled:
        against = EntryVote.everywhere.filter(entry=entry, opinion="negative").values_list(
            "organisation__name", flat=True
        )
        assert set(entry.settled or ()) == set(against)


def _matches() -> None:
    """Some findings meet a second entry; each names entries that there are."""
    of = FindingMatch.everywhere.filter(list="alliance-shared")
    found = list(of.values_list("finding", "entry"))
    assert len({finding for finding, _entry in found}) < len(found)
    there = set(ListEntry.everywhere.filter(list__name="alliance-shared").values_list("ident", flat=True))
    assert {entry for _finding, entry in found} <= there


def _reach() -> None:
    """A recall reaches all that can rest on a match; what one platform did is not lifted whole yet."""
    recall = EntryRecall.everywhere.get(why=RecallReason.WRONG_HASH.value)
    found = RecallEffect.everywhere.filter(recall=recall)
    kinds = {EffectKind(kind) for kind in found.values_list("kind", flat=True)}
    assert set(EffectKind) - kinds <= {EffectKind.BLOCK}
    assert found.filter(kind=EffectKind.CASE.value).count() == 2, "a case, and the one beside it"
    assert found.filter(kind=EffectKind.DOMAIN.value).values("organisation").distinct().count() == 2
    account = found.get(kind=EffectKind.ACCOUNT.value)
    assert account.state == EffectState.TOLD.value
    assert account.matches > account.lifted + account.kept > 0


def _values() -> None:
    for holds in (Holds.DOMAINS, Holds.WALLETS):
        kept = HashList.everywhere.get(holds=holds.value)
        assert kept.live == ListEntry.everywhere.filter(list=kept).count() > 0


def _age(now: datetime) -> None:
    """One list is about to stop, has days left, and its source was fetched whole for the last time when it says so."""
    (age,) = ageing()
    assert not age.stopped
    assert age.stops_at
    assert age.stops_at - now > timedelta(days=5)
    source = ListSource.everywhere.get(list__name=age.name)
    assert source.outcome == Outcome.TAKEN.value
    assert source.fetched_at
    assert abs(source.fetched_at - age.checked_at) < timedelta(minutes=5)


def _lookups() -> None:
    """Each call of the last night with a hit is found by its id, proven, and says from which lists it was answered."""
    assert LookupBatch.everywhere.exclude(by=None).exists(), "a person looked something up"
    last = LookupBatch.everywhere.filter(by=None).latest("at")
    calls = list(LookupCall.everywhere.filter(batch=last))
    assert calls
    assert last.calls > len(calls), "some hit nothing"
    for call in (calls[0], calls[-1]):
        kept = proving.find(LookupBatch.everywhere.all(), call.pk)
        assert kept is not None
        leaf = check_proof(proving.proof_of(kept), signing_key().verifier)
        assert leaf.call == call.pk.hex
        assert proving.releases_of(kept)
    assert timezone.now() - last.at < timedelta(days=7)
