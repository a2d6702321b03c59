"""Policies: which ledgers are known, which witnesses, and how many of these make a checkpoint believable. Pure.

C2SP tlog-policy at 5ba5ee8, read on 2026-11-30. Names are opaque octets there; here they are text in which octets that
are no UTF-8 stand as surrogates, one text for each sequence of octets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaern.proofs.note_keys import COSIGNATURES, NoteKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet

NONE = "none"
"""The quorum that asks for no witness."""

FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
NUMBER = re.compile(r"[1-9][0-9]{0,5}\Z", re.ASCII)

LARGEST = 1 << 20
"""Bytes of a policy: a thousand keys of ML-DSA-44 and more fit not in it, and no alliance has so many."""


class PolicyError(ValueError):
    """A policy cannot be read.

    Attributes:
        faults: each as the number of its line, from 1 (0: the file as a whole), and what is wrong there.
    """

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"line {line}: {what}" if line else what for line, what in faults))


@dataclass(frozen=True)
class Party:
    """A ledger or a witness of a policy.

    Attributes:
        key: with which it signs.
        url: where it is asked; "" where the policy does not say.
    """

    key: NoteKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Some witnesses and groups, of which so many have to have cosigned.

    Attributes:
        threshold: how many.
        members: their names.
    """

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """A policy that was read whole.

    Attributes:
        logs: the ledgers whose checkpoints are accepted, by the identities of their keys.
        witnesses: by their names in the policy.
        groups: by name; each names only what stands before it.
        quorum: a name, or `NONE`.
    """

    logs: dict[str, Party] = field(default_factory=dict)
    witnesses: dict[str, Party] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def holds(self, cosigned: AbstractSet[str]) -> bool:
        """Whether the witnesses that cosigned, by their names in the policy, are a quorum."""
        if self.quorum == NONE:
            return True
        known = {name: name in cosigned for name in self.witnesses}
        for name, group in self.groups.items():  # in their order: members stand before
            known[name] = sum(known[member] for member in group.members) >= group.threshold
        return known[self.quorum]

    def named(self, keys: Iterable[NoteKey]) -> set[str]:
        """Return the names in the policy of the witnesses that have these keys."""
        wanted = set(keys)
        return {name for name, party in self.witnesses.items() if party.key in wanted}

    def witness_keys(self) -> list[NoteKey]:
        """Return the keys of all witnesses."""
        return [party.key for party in self.witnesses.values()]


def parse_policy(data: bytes) -> Policy:
    """Read a policy.

    Raises:
        PolicyError: it is none; every fault is named with its line.
    """
    if len(data) > LARGEST:
        raise PolicyError([(0, f"a policy has at most {LARGEST} bytes")])
    reading = _Reading()
    for number, line in enumerate(data.split(b"\n"), 1):
        reading.line(number, line)
    if reading.quorum is None:
        reading.faults.append((0, "there is no quorum line"))
    if reading.faults:
        raise PolicyError(reading.faults)
    return Policy(reading.logs, reading.witnesses, reading.groups, reading.quorum or NONE)


class _Reading:
    """What was read so far, and what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, str]] = []
        self.logs: dict[str, Party] = {}
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()
        self._broken: set[str] = set()
        self._do: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }

    def line(self, number: int, line: bytes) -> None:
        """Read a line."""
        if found := FORBIDDEN.search(line):
            self.faults.append((number, f"the control character 0x{found[0][0]:02x} may not stand in a policy"))
            return
        text = line.decode("utf-8", "surrogateescape")
        words = [word for word in re.split("[ \t]+", text) if word]
        if not words or words[0].startswith("#"):
            return
        do = self._do.get(words[0])
        try:
            if do is None:
                raise ValueError(f"a line begins with log, witness, group, quorum or #, not {words[0]!r}")
            do(words[1:])
        except ValueError as error:  # also CheckpointError
            self.faults.append((number, str(error)))
            if words[0] in {"witness", "group"} and len(words) > 1:
                self._broken.add(words[1])  # what names it is not at fault

    def _log(self, words: list[str]) -> None:
        if not 1 <= len(words) <= 2:
            raise ValueError("a log is: log VKEY [URL]")
        key = NoteKey.parse(words[0])
        if any(party.key.public == key.public for party in self.logs.values()):
            raise ValueError(f"the key of {key.name} stands here twice")
        self.logs[key.identity] = Party(key, *words[1:])

    def _witness(self, words: list[str]) -> None:
        if not 2 <= len(words) <= 3:
            raise ValueError("a witness is: witness NAME VKEY [URL]")
        key = NoteKey.parse(words[1])
        if key.kind not in COSIGNATURES:
            raise ValueError(f"the key of {key.name} is a ledger's: a witness has one of type 0x04 or 0x06")
        if any(party.key.public == key.public for party in self.witnesses.values()):
            raise ValueError(f"the key of {key.name} stands here twice")
        self.witnesses[self._fresh(words[0])] = Party(key, *words[2:])

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise ValueError("a group is: group NAME all|any|NUMBER MEMBER…")
        name, number, *members = words
        fresh = self._fresh(name)
        for member in members:
            self._known(member)
            if member in self._members or members.count(member) > 1:
                raise ValueError(f"{_shown(member)} is a member already: each counts once")
        threshold = {"all": len(members), "any": 1}.get(number)
        if threshold is None and NUMBER.match(number):
            threshold = int(number)
        if threshold is None or threshold > len(members):
            raise ValueError(f"{_shown(number)} is not all, any or a number from 1 to {len(members)}")
        self._members |= set(members)
        self.groups[fresh] = Group(threshold, tuple(members))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1:
            raise ValueError("the quorum is: quorum NAME")
        if self.quorum is not None:
            raise ValueError("there is a quorum line already")
        if words[0] != NONE:
            self._known(words[0])
        self.quorum = words[0]

    def _fresh(self, name: str) -> str:
        if name == NONE:
            raise ValueError("nothing may be called none")
        if name in self.witnesses or name in self.groups:
            raise ValueError(f"{_shown(name)} stands here twice")
        return name

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups and name not in self._broken:
            raise ValueError(f"{_shown(name)} is no witness or group of a line before")


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
