"""The kinds of message: apps register theirs, with schema, reader, who may send it, and what follows from a receipt.

    kinds.register(
        Kind(
            "report.forwarded", _("A report"), {1: Forwarded}, take=arrivals.take_in,
            senders=HANDLE_REPORTS, recipients=HANDLE_REPORTS,
        )
    )

The exchange knows nothing of what they say. A body is a `msgspec.Struct` with bounds on every field; the reference of
the formats is made from these (`tools/messages_reference.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vaern.node.exchange.rules.messages import LASTS
from vaern.node.ledger.rules import Reason, Why
from vaern.node.web.guard.media import media_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta
    from uuid import UUID

    import msgspec

    from vaern.node.exchange.models import Incoming, Outgoing, Peer
    from vaern.node.exchange.rules.messages import Message, Receipt
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.rules import OrganisationKind


_PURPOSES = {why.value: why for why in Why if why is not Why.OTHER}


class Later(Exception):
    """A message cannot be taken in yet: what it belongs to has not come, or the node has to be upgraded. It waits."""


@dataclass(frozen=True)
class Delivery:
    """A message that was checked and is being taken in, with who is who here.

    Attributes:
        peer: the node that sent it.
        message: as it was signed.
        body: of the newest version that the kind knows.
        sender: the organisation that sent it, from the peer's directory; None where the peer speaks for itself.
        recipient: the organisation of this node that it is for; None likewise.
        row: where it is kept.
        file: what came along in pieces, whole and looked through; None for nothing.
    """

    peer: Peer
    message: Message
    body: Any
    sender: Organisation | None
    recipient: Organisation | None
    row: Incoming
    file: bytes | None = None

    @property
    def about(self) -> UUID:
        """What it belongs to: the id that both sides know."""
        assert self.message.about is not None  # checked where the kind has it
        return self.message.about

    @property
    def reason(self) -> Reason:
        """Why, as the sender said it; where that is no code of this ledger, or asks for words, administration."""
        return Reason(_PURPOSES.get(self.message.purpose, Why.ADMINISTRATION))

    @property
    def organisations(self) -> tuple[Organisation, Organisation]:
        """Sender and recipient, of a kind that has both."""
        assert self.sender is not None  # `taking.checked` refuses it otherwise
        assert self.recipient is not None
        return self.sender, self.recipient


def _nothing(_row: Outgoing, _receipt: Receipt) -> None:
    """Nothing follows from the receipt."""


def _nothing_refused(_row: Incoming, _because: str) -> None:
    """Nothing follows from the refusal but that the sender is told."""


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    Attributes:
        name: `app.what_happened`.
        label: what people call it.
        versions: the schema of the body by version; the highest is what is written, unless the peer takes only lower.
        take: takes one in, in a transaction with the row of the inbox and the entry; raises `Refusal` for what is not
            allowed, and `Later` for what cannot be yet.
        senders: kinds of organisation that may send it; empty where the node itself speaks.
        recipients: kinds of organisation that it may be for; empty likewise.
        raised: makes the body of the next version out of one of a version.
        lowered: makes the body of a version out of one of the next, for a peer that takes no newer.
        answered: what follows when the receipt comes, in the transaction that keeps it.
        refused: what follows here when one is refused, in the transaction that refuses it; it may be of anybody.
        lasts: for how long it may be taken in.
        says: what it is for, in a sentence, for whoever decides whether it passes.
        agreed: nodes speak for themselves, and people agree all the same whether it passes, as on what organisations
            say; what else nodes say of themselves every peer may.
        owed: it ends or answers what an earlier one began, as a recall or an outcome does: taken in whatever was
            agreed since, and written for a suspended peer too, where it waits.
        brings: how many bytes a file may have that goes along in pieces; 0 where none does. Such a message is passed by
            what is about the same thing, so it adds to what an earlier one began (`exchange/pieces`).
        together: several may be taken in in one transaction (`inbox/batches`): it locks little beside what it is about.
        take_each: takes several of them in, as `take` would one after the other but with nobody's view in scope; for
            kinds of which what they need can be found and written at once. If one cannot be, `take` says which.
        looks: returns what a file holds that never passes, "" for nothing; asked on both sides.
    """

    name: str
    label: object
    versions: Mapping[int, type[msgspec.Struct]]
    take: Callable[[Delivery], None]
    senders: frozenset[OrganisationKind] = frozenset()
    recipients: frozenset[OrganisationKind] = frozenset()
    raised: Mapping[int, Callable[[Any], Any]] = field(default_factory=dict)
    lowered: Mapping[int, Callable[[Any], Any]] = field(default_factory=dict)
    answered: Callable[[Outgoing, Receipt], None] = _nothing
    refused: Callable[[Incoming, str], None] = _nothing_refused
    lasts: timedelta = LASTS
    owed: bool = False
    agreed: bool = False
    says: object = ""
    brings: int = 0
    together: bool = False
    take_each: Callable[[Sequence[Delivery]], None] | None = None
    looks: Callable[[bytes], str] = media_in

    @property
    def newest(self) -> int:
        """The version that is written."""
        return max(self.versions)

    @property
    def follows(self) -> bool:
        """Whether anything follows from a receipt."""
        return self.answered is not _nothing

    @property
    def of_nodes(self) -> bool:
        """Whether a node speaks for itself, and no organisation."""
        return not self.senders

    @property
    def by_agreement(self) -> bool:
        """Whether people agree, for each peer, that it passes."""
        return self.agreed or not self.of_nodes


_KINDS: dict[str, Kind] = {}


def register(*given: Kind) -> None:
    """Make kinds of message known.

    Raises:
        ValueError: two are called alike.
    """
    for kind in given:
        if _KINDS.setdefault(kind.name, kind) != kind:
            raise ValueError(f"two kinds of message are called {kind.name}")


def kinds() -> dict[str, Kind]:
    """Return every kind by its name."""
    return dict(_KINDS)


def kind_called(name: str) -> Kind | None:
    """Return a kind; None if this node does not know it."""
    return _KINDS.get(name)


def understood() -> dict[str, list[int]]:
    """Return the kinds with their versions, as a card says them."""
    return {name: sorted(kind.versions) for name, kind in sorted(_KINDS.items())}
