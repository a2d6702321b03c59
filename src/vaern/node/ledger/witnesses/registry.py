"""Who witnesses whom: the ledgers that this node witnesses, and the witnesses that it asks.

The one seam for whoever knows other nodes. A policy file tells it (`follow`), and so does the exchange, for each peer:

    registry.register_log(peer.ledger_key, told_by="peer.4f1c…")
    registry.register_witness(peer.prefix, peer.witness_keys, told_by="peer.4f1c…")
    registry.introduction()                                    # what the peer needs of this node for the same
    registry.end("peer.4f1c…")                                 # when it is a peer no longer
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.acts import LOG_KNOWN, WITNESS_ENDED, WITNESS_KNOWN
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Witness, WitnessedLog
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.ledger.witnesses.signing import cosigning_keys
from vaern.proofs.note_keys import NoteKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.ledger.rules import Act
    from vaern.proofs.policy import Policy

POLICY = "policy"
"""Told by the policy file of the configuration."""

PREFIX = "/ledger/witness"
"""Below the node's address: where this node is asked as a witness."""

LOGS, WITNESSES = Subject("witnessed_ledger"), Subject("ledger_witness")


class Taken(ValueError):
    """Somebody else told of this ledger or witness with other keys; the message names it."""


@dataclass(frozen=True)
class Introduction:
    """What another node needs to witness this node's ledger, and to have it for a witness.

    Attributes:
        ledger: the key that signs its checkpoints.
        witness: the keys with which it cosigns.
        url: where it is asked to cosign; "" where it cannot be called, and peers ask it by messages.
    """

    ledger: NoteKey
    witness: tuple[NoteKey, ...]
    url: str

    def policy_lines(self) -> list[str]:
        """Return the same as lines of a policy."""
        kinds = {key: key.kind.name.lower().replace("_", "-") for key in self.witness}
        witnesses = [f"witness {key.name}/{kind} {key} {self.url}".rstrip() for key, kind in kinds.items()]
        return [f"log {self.ledger} {self.url.removesuffix(PREFIX)}".rstrip(), *witnesses]


def introduction() -> Introduction:
    """Return what another node needs of this one."""
    keys = tuple(key.verifier for key in cosigning_keys())
    configuration = settings.CONFIGURATION
    url = f"{configuration.address}{PREFIX}" if configuration.exchange_answers else ""
    return Introduction(NoteKey.parse(str(verifier_key())), keys, url)


def texts(keys: Iterable[NoteKey]) -> str:
    """Return keys as a column holds them."""
    return "\n".join(str(key) for key in keys)


def keys_of(text: str) -> list[NoteKey]:
    """Return the keys of such a column."""
    return [NoteKey.parse(line) for line in text.splitlines()]


@transaction.atomic
def register_log(keys: Sequence[NoteKey], told_by: str) -> None:
    """Witness a ledger from now on, or with other keys than before. What was cosigned of it stays.

    Args:
        keys: with which it signs, all of one name: its origin. While it changes its key, the old one and the new one.
        told_by: a code: `POLICY`, or whose it is.

    Raises:
        ValueError: there is no key, the names differ, or it is this node's own ledger.
        Taken: somebody else told of it with other keys.
    """
    origins = {key.name for key in keys}
    if len(origins) != 1 or origins == {verifier_key().name}:
        raise ValueError("a ledger has keys of one name, its origin, which is not that of this node's own")
    found = WitnessedLog.objects.select_for_update().filter(origin=keys[0].name).first()
    if found is None:
        WitnessedLog.objects.create(origin=keys[0].name, keys=texts(keys), told_at=timezone.now(), told_by=told_by)
    elif not _changed(found, found.origin, keys, told_by):
        return
    record(LOG_KNOWN, LOGS, NODE, Reason(Why.OVERSIGHT), details=keys[0].name)


@transaction.atomic
def register_witness(url: str, keys: Sequence[NoteKey], told_by: str) -> None:
    """Ask a witness from now on, or take other keys of it than before.

    Args:
        url: its submission prefix, or how it is asked by messages (`messages.address_of`).
        keys: with which it cosigns.
        told_by: as in `register_log`.

    Raises:
        ValueError: there is no key, or no address.
        Taken: somebody else told of it with other keys.
    """
    url = url.rstrip("/")
    if not keys or not url:
        raise ValueError("a witness has an address and a key")
    found = Witness.objects.select_for_update().filter(url=url).first()
    if found is None:
        Witness.objects.create(url=url, keys=texts(keys), told_at=timezone.now(), told_by=told_by)
    elif not _changed(found, url, keys, told_by):
        return
    record(WITNESS_KNOWN, WITNESSES, NODE, Reason(Why.OVERSIGHT), details=url)


def _changed(found: Witness | WitnessedLog, name: str, keys: Sequence[NoteKey], told_by: str) -> bool:
    """Store what somebody says of what is known already; return whether that is anything new."""
    same = found.keys == texts(keys)
    if found.ended_at is None and same:
        if found.told_by == POLICY != told_by:  # so that it stays when a policy leaves it out
            found.told_by = told_by
            found.save(update_fields=["told_by"])
        return False
    if found.ended_at is None and found.told_by != told_by:
        raise Taken(f"{name} is known with other keys, by {found.told_by}")
    found.keys, found.told_by, found.told_at, found.ended_at = texts(keys), told_by, timezone.now(), None
    found.save(update_fields=["keys", "told_by", "told_at", "ended_at"])
    return True


@transaction.atomic
def end(told_by: str, *, but_logs: Iterable[str] = (), but_witnesses: Iterable[str] = ()) -> int:
    """Neither witness nor ask any longer of whom somebody told; return how many these were.

    What was cosigned stays: a ledger that is told of again goes on from there.

    Args:
        told_by: as in `register_log`.
        but_logs, but_witnesses: origins and addresses that stay.
    """
    now, ended = timezone.now(), 0
    of = {"told_by": told_by, "ended_at": None}
    ended += WitnessedLog.objects.filter(**of).exclude(origin__in=list(but_logs)).update(ended_at=now)
    ended += Witness.objects.filter(**of).exclude(url__in=list(but_witnesses)).update(ended_at=now)
    if ended:
        _said(WITNESS_ENDED, ended)
    return ended


def _said(act: Act, count: int) -> None:
    record(act, WITNESSES, NODE, Reason(Why.OVERSIGHT), count=count)


def follow(policy: Policy | None) -> None:
    """Do as a policy says: witness its ledgers and ask its witnesses, this node's own left out; end what it left out.

    What a policy and a peer say of the same with other keys stays as who said it first has it.
    """
    logs: dict[str, list[NoteKey]] = {}
    witnesses: dict[str, list[NoteKey]] = {}
    if policy is not None:
        own = introduction()
        for party in policy.logs.values():
            if party.key.name != own.ledger.name:
                logs.setdefault(party.key.name, []).append(party.key)
        for party in policy.witnesses.values():
            if party.url and party.key not in own.witness:
                witnesses.setdefault(party.url.rstrip("/"), []).append(party.key)
    for keys in logs.values():
        if not _of_another(WitnessedLog, keys[0].name):
            register_log(keys, POLICY)
    for url, keys in witnesses.items():
        if not _of_another(Witness, url):
            register_witness(url, keys, POLICY)
    end(POLICY, but_logs=logs, but_witnesses=witnesses)


def _of_another(table: type[Witness | WitnessedLog], pk: str) -> bool:
    return table._default_manager.filter(pk=pk, ended_at=None).exclude(told_by=POLICY).exists()
