"""Recalls of entries that a node's look-up service told programs of: what a platform undoes.

    from vaern.client.recalls import Recalls
    node = Recalls("https://node.example", key)
    for recall in node.open():
        for call in node.calls(recall):
            ...  # what was stopped when this look-up was answered: look its hashes up again, and undo what fell

The node is asked, not the look-up service. What was undone a person says there, on *Recalls that concern you*.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import msgspec

from vaern.client.http import USUAL, ClientError, Http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.client.http import Limits

PAGE = 500
"""Of one page: the most that a node gives."""

State = Literal["to_tell", "told", "acknowledged"]
Kind = Literal["lookup", "subscriber", "account"]


class Recall(msgspec.Struct, frozen=True):
    """That an entry was recalled which came to a program of the organisation.

    Attributes:
        number: of what concerns the organisation; one recall can concern it in several ways.
        list, entry: what was recalled.
        why, words: the code of the reason, and the words of whoever recalled it.
        at: when. `ended_at`: since when the recall is taken back; None while it stands.
        kind: `lookup`: answers rested on the entry. `subscriber`: the list came here. `account`: what people said that
            the recall did to accounts.
        matches: answers that rested on it; of `account` the measures against accounts.
        lifted, kept, open: of `account`: measures that were lifted, that stand on another ground, and that still stand
            on the entry alone.
        state: `told` once a person has read it; what a program reads tells nobody.
        acknowledged_at, done: when a person said what was done, and what.
    """

    number: int
    list: str
    entry: str
    why: str
    words: str
    at: dt.datetime
    kind: Kind
    matches: int
    lifted: int
    kept: int
    open: int
    state: State
    ended_at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None
    done: str = ""


class Call(msgspec.Struct, frozen=True):
    """A look-up that had hits on a recalled entry.

    Attributes:
        call: its id, as its answer had it.
        at: when it was answered.
        purpose, reference: as the program said them.
        protocol: in whose words it was asked: `vaern`, `hma` …
        acts: what followed by the policy of then from the entry, for each signal that met it.
    """

    call: str
    at: dt.datetime
    purpose: str
    reference: str
    protocol: str
    acts: tuple[str, ...]


_Item = TypeVar("_Item", Recall, Call)


class _Page(msgspec.Struct, Generic[_Item], frozen=True):
    items: tuple[_Item, ...]
    next: str | None = None


class Recalls:
    """What was recalled, at a node.

    Args:
        address: of the node, such as `https://node.example`.
        key: as its owner got it; it needs `lookup.ask`.
        reason: why it is read, for the node's ledger: a code, and after a semicolon words.
        limits: see `http.Limits`.
        authorities: a file of certificate authorities to trust instead of the usual ones.

    Raises:
        ClientError: the address is not valid, or would send the key in the clear.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        reason: str = "removal",
        limits: Limits = USUAL,
        authorities: str | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key.strip()}", "Accept": "application/json", "Vaern-Reason": reason}
        self.http = Http(address, headers=headers, limits=limits, authorities=authorities)

    def open(self) -> Iterator[Recall]:
        """Recalls that nobody has acknowledged yet, the latest first; see `all`.

        Raises:
            ClientError: as `all`.
        """
        return self._recalls("open")

    def all(self) -> Iterator[Recall]:
        """All recalls, the latest first; pages are asked for as they are taken.

        What is recalled meanwhile stands before the first: the next reading has it. Nothing else is passed over.

        Raises:
            ClientError: the node cannot be reached, or refuses; some pages may have been given.
        """
        return self._recalls("")

    def calls(self, recall: Recall) -> Iterator[Call]:
        """The look-ups of the organisation that had hits on a recalled entry, the latest first.

        Raises:
            ClientError: as `all`.
        """
        return self._pages(f"/api/lookups/recalls/{recall.number}/calls", {}, _Page[Call])

    def _recalls(self, state: str) -> Iterator[Recall]:
        return self._pages("/api/lookups/recalls", {"state": state} if state else {}, _Page[Recall])

    def _pages(self, path: str, query: dict[str, str | int], page: type[_Page[_Item]]) -> Iterator[_Item]:
        after: str | None = ""
        while after is not None:
            answer = self.http.get(path, {**query, "limit": PAGE, "after": after})
            try:
                found = msgspec.json.decode(answer.body, type=page)
            except ValueError as error:  # also bytes that are no UTF-8
                raise ClientError(answer.where, "the answer is no page of recalls", "Check the address.") from error
            yield from found.items
            after = found.next

    def close(self) -> None:
        """Let go of the connections."""
        self.http.close()
