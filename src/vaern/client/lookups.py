"""Værn's look-up service: signals up, what the lists say of them back, in batches and with patience.

    from vaern.client.lookups import Lookups
    service = Lookups("https://node.example", key)
    for result in service.look_up(signals, purpose="upload"):
        if result.verdict.act in {"queue", "block", "report"}:
            ...  # put it before a person

Nothing but hashes leaves the machine. What comes back is advice: a person decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from vaern.client.http import USUAL, ClientError, Http
from vaern.records import VALUE_KINDS, Orientation, Region, Signal, Vote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.client.http import Limits

BATCH = 10_000
"""Signals of one call: the most that the service takes."""

MOST_BYTES = (1 << 24) - (1 << 12)
"""Of the signals of one call: the most that the service takes, less what stands around them."""

MESSAGEPACK = "application/msgpack"
_OF_DIGEST = "-sha256"
_AROUND = 128  # bytes of a signal besides its digits, at most


class Reason(msgspec.Struct, frozen=True):
    """Why something is so: a code for programs and a sentence for people."""

    code: str
    text: str


class Ground(msgspec.Struct, frozen=True):
    """How the law stands for the caller: `lawful`, `unlawful` or `unknown`, why, since when, and its source."""

    state: str
    text: str
    since: str = ""
    source: str = ""
    looked_up: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What follows by the caller's policy.

    Attributes:
        act: `none`, `log`, `queue`, `block` or `report`.
        because: what speaks for it.
        lacks: what the next act would have needed, and what kept a higher one back.
        ground: how the law stands; None for a miss.
    """

    act: str
    because: tuple[Reason, ...] = ()
    lacks: tuple[Reason, ...] = ()
    ground: Ground | None = None


class Votes(msgspec.Struct, frozen=True):
    """How many organisations say that an entry belongs on its list, and that it does not; `all` has each vote."""

    positive: int
    negative: int
    independent: int
    countries: int
    all: tuple[Vote, ...] = ()


class Hit(msgspec.Struct, frozen=True):
    """An entry of a list that a signal meets; see `lookups.md` in the reference.

    `votes` is None for a key of an organisation that votes on entries and has yet to vote on this one.
    `quality`, `orientation` and `region` are those of the signal.
    """

    kind: str
    distance: int
    list: str
    release: str
    entry: str
    votes: Votes | None = None
    purpose: str = "known"
    quality: int | None = None
    orientation: Orientation = "upright"
    region: Region = "whole"
    classification: str | None = None
    scheme: str | None = None
    series: str = ""
    victim_identified: bool | None = None
    viewed_by: tuple[str, ...] = ()
    checked: str = ""


class Class(msgspec.Struct, frozen=True):
    """A class that an entry has on a list that the caller's organisation does not hold, and its scheme."""

    classification: str
    scheme: str = ""


class Result(msgspec.Struct, frozen=True):
    """What the lists say of one signal.

    Attributes:
        verdict: what follows.
        hits: nearest first; none for a caller that is told acts alone, and none on lists of which it hears less.
        more: hits that are not named.
        id: as a signal was called that another client asked; this one goes by the order.
        classes: of entries on lists of which the caller hears the class besides what follows.
    """

    verdict: Verdict
    hits: tuple[Hit, ...] = ()
    more: int = 0
    id: str = ""
    classes: tuple[Class, ...] = ()


class ListState(msgspec.Struct, frozen=True):
    """A list that was asked, and which state of it; `entries` is None where the caller does not hear all of it."""

    name: str
    release: str
    sequence: int = 0
    purpose: str = "known"
    entries: int | None = None
    checked: str = ""
    warning: str = ""


class Reply(msgspec.Struct, frozen=True):
    """The answer to one call; `call` is its id in the ledger of the service."""

    call: str
    index: str
    lists: tuple[ListState, ...]
    ground: Ground
    coarse: bool
    results: tuple[Result, ...]


class Lists(msgspec.Struct, frozen=True):
    """The lists that the caller may be matched against, and the digest of their states."""

    index: str
    lists: tuple[ListState, ...]


_REPLY = msgspec.msgpack.Decoder(Reply)
_LISTS = msgspec.json.Decoder(Lists)


class Lookups:
    """The look-up service of a node.

    Args:
        address: of the service, such as `https://node.example`.
        key: as its owner got it.
        limits: see `http.Limits`.
        authorities: a file of certificate authorities to trust instead of the usual ones.

    Raises:
        ClientError: the address is not valid, or would send the key in the clear.
    """

    def __init__(self, address: str, key: str, *, limits: Limits = USUAL, authorities: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {key.strip()}", "Accept": f"{MESSAGEPACK}, application/json"}
        self.http = Http(address, headers=headers, limits=limits, authorities=authorities)

    def look_up(
        self, signals: Iterable[Signal], *, purpose: str = "", reference: str = "", batch: int = BATCH
    ) -> Iterator[Result]:
        """The result of each signal, in their order; asked as they are taken, `batch` at a time, of long videos fewer.

        Args:
            signals: of any number.
            purpose: what for: a code of your own, such as `upload`.
            reference: your own, such as the number of a case. The service's ledger keeps both.
            batch: how many signals a call has, at most `BATCH`.

        Raises:
            ClientError: the service cannot be reached, or refuses; some calls may have been answered.
        """
        for some in _batches(signals, batch):
            yield from self.call(some, purpose=purpose, reference=reference).results

    def call(self, signals: Iterable[Signal], *, purpose: str = "", reference: str = "") -> Reply:
        """One call, with all that its answer says; see `look_up`.

        Raises:
            ClientError: as `look_up`.
        """
        asked = [_asked(signal) for signal in signals]
        body = msgspec.msgpack.encode({"signals": asked, "purpose": purpose, "reference": reference})
        answer = self.http.send("POST", "/api/lookups", body, headers={"Content-Type": MESSAGEPACK})
        try:
            reply = _REPLY.decode(answer.body)
        except ValueError as error:
            raise ClientError(answer.where, "the answer is no look-up's", "Check the address.") from error
        if len(reply.results) != len(asked):
            raise ClientError(answer.where, "the answer has not one result a signal", "Tell who runs the service.")
        return reply

    def lists(self) -> Lists:
        """The lists that the key may be matched against.

        Raises:
            ClientError: as `look_up`.
        """
        answer = self.http.send("GET", "/api/lists", headers={"Accept": "application/json"})
        try:
            return _LISTS.decode(answer.body)
        except ValueError as error:
            raise ClientError(answer.where, "the answer is no list of lists", "Check the address.") from error

    def close(self) -> None:
        """Let go of the connections."""
        self.http.close()


def _batches(signals: Iterable[Signal], most: int) -> Iterator[list[Signal]]:
    """Signals by calls that the service takes: of videos of an hour fewer than sixty go into one."""
    some: list[Signal] = []
    left = MOST_BYTES
    for signal in signals:
        size = _AROUND + 2 * len(signal.value)
        if some and size > left:
            yield some
            some, left = [], MOST_BYTES
        some.append(signal)
        left -= size
        if len(some) == most:
            yield some
            some, left = [], MOST_BYTES
    if some:
        yield some


def _asked(signal: Signal) -> dict[str, Any]:
    kind = signal.kind.removesuffix(_OF_DIGEST)
    asked: dict[str, Any] = {"kind": kind, "orientation": signal.orientation, "region": signal.region}
    if kind in VALUE_KINDS and (kind == "keyword" or kind != signal.kind):
        asked["digest"] = signal.value.hex()
    else:
        asked["value"] = signal.value.decode() if kind in VALUE_KINDS else signal.value.hex()
    if signal.quality is not None:
        asked["quality"] = signal.quality
    return asked
