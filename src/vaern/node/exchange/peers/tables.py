"""Messages as tables: what waits and why, what went and what came. Facts alone, never what a message says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.exchange.base.kinds import kind_called
from vaern.node.exchange.inbox.labels import KEPT, RESULTS, because
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.peers.labels import WAITS
from vaern.node.exchange.rules.messages import Result
from vaern.node.exchange.rules.peers import State
from vaern.node.exchange.rules.waiting import Waits, why_not_in, why_not_out
from vaern.node.web.components import Chip, Code, Definitions, Empty, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.exchange.models import Incoming, Outgoing, Peer
    from vaern.node.exchange.peers.queries import Passed


def waiting_out(peer: Peer, passed: Passed) -> Table:
    """Return what we wrote and is not settled, the oldest first, and why."""
    return Table(
        caption=_("Not settled, from us to them"),
        columns=[Column(_("Message")), Column(_("Written")), Column(_("Recipient")), Column(_("Why it waits"))],
        rows=[
            Row([kind_of(row.kind), When(row.made_at), _recipient(row), why_out(peer, row)])
            for row in passed.out_waiting
        ],
        empty=Empty(_("Nothing waits for them")),
        id="waits-out",
        show_caption=True,
    )


def waiting_in(peer: Peer, passed: Passed) -> Table:
    """Return what came and is not taken in, in its order, and why."""
    return Table(
        caption=_("Not taken in, from them to us"),
        columns=[Column(_("Message")), Column(_("Came")), Column(_("Recipient")), Column(_("Why it waits"))],
        rows=[
            Row(
                [kind_of(row.kind), When(row.received_at), _name(passed.names, row.recipient), why_in(peer, row)],
                url=reverse("exchange:message", args=[row.pk]),
                tone="bad" if Kept(row.state) is Kept.SET_ASIDE else "",
            )
            for row in passed.in_waiting
        ],
        empty=Empty(_("Nothing of theirs waits")),
        id="waits-in",
        show_caption=True,
    )


def went(passed: Passed) -> Table:
    """Return the newest messages to a peer."""
    return Table(
        caption=_("The newest to them"),
        columns=[
            Column(_("Message")),
            Column(_("Written")),
            Column(_("Sent")),
            Column(_("Delivered")),
            Column(_("What became of it")),
        ],
        rows=[
            Row([kind_of(row.kind), When(row.made_at), When(row.sent_at), When(row.received_at), _became(row)])
            for row in passed.out
        ],
        empty=Empty(_("Nothing was sent yet")),
        id="went",
        show_caption=True,
        fixed=True,
    )


def came(passed: Passed) -> Table:
    """Return the newest messages of a peer."""
    return Table(
        caption=_("The newest of theirs"),
        columns=[
            Column(_("Message")),
            Column(_("Came")),
            Column(_("Sender")),
            Column(_("Recipient")),
            Column(_("What became of it")),
        ],
        rows=[
            Row(
                [
                    kind_of(row.kind),
                    When(row.received_at),
                    _name(passed.names, row.sender),
                    _name(passed.names, row.recipient),
                    _with_reason(Chip(*KEPT[Kept(row.state)]), row.because),
                ],
                url=reverse("exchange:message", args=[row.pk]),
            )
            for row in passed.came
        ],
        empty=Empty(_("Nothing came yet")),
        id="came",
        show_caption=True,
        fixed=True,
    )


def facts_of(row: Incoming, names: Mapping[UUID, str]) -> Definitions:
    """Return what is known of a message without opening it."""
    return Definitions(
        [
            (_("Kind"), f"{kind_of(row.kind)} · {row.kind} {row.version}" if row.kind else _("It could not be read")),
            (_("Node"), row.peer.name),
            (_("Sender"), _name(names, row.sender)),
            (_("Recipient"), _name(names, row.recipient)),
            (_("About"), Code(row.about) if row.about else "–"),
            (_("Message"), Code(row.message) if row.message else "–"),
            (_("Place in the stream"), f"{row.stream} / {row.sequence}"),
            (_("Came"), When(row.received_at)),
            (_("State"), Chip(*KEPT[Kept(row.state)])),
            (_("Because"), because(row.because) or "–"),
            (_("Tries that failed"), row.tries),
        ]
    )


def kind_of(name: str) -> str:
    """Return what people call a kind of message; of one that this node does not know, its name."""
    known = kind_called(name)
    return str(known.label) if known else name or str(_("Not to be read"))


def why_out(peer: Peer, row: Outgoing) -> str:
    """Return in words why a message of ours is not settled."""
    why = why_not_out(
        State(peer.state),
        result=Result(row.result) if row.result else None,
        received=row.received_at is not None,
        earlier=row.stream is not None and row.stream != peer.stream,
        silent=peer.failing_since is not None,
        room=peer.their_room,
    )
    more = ""
    if why in {Waits.THERE_WAITS, Waits.THERE_SET_ASIDE}:
        more = because(row.because)
    elif why in {Waits.SUSPENDED, Waits.ENDED}:
        more = peer.because
    elif why is Waits.SILENT:
        more = peer.problem
    return f"{WAITS[why]} {more}".strip()


def why_in(peer: Peer, row: Incoming) -> str:
    """Return in words why a message of a peer is not taken in."""
    kept = Kept(row.state)
    why = why_not_in(
        State(peer.state),
        set_aside=kept is Kept.SET_ASIDE,
        waits=kept is Kept.WAITS,
        earlier=row.stream != peer.their_stream,
        beyond_gap=row.sequence > peer.up_to,
    )
    more = because(row.because) if why in {Waits.HERE_WAITS, Waits.HERE_SET_ASIDE} else ""
    return f"{WAITS[why]} {more}".strip()


def _became(row: Outgoing) -> object:
    if row.result:
        return _with_reason(Chip(*RESULTS[Result(row.result)]), row.because)
    if row.received_at:
        return Chip(_("Delivered"), "info")
    return Chip(_("Sent"), "neutral") if row.sent_at else Chip(_("Written"), "neutral")


def _with_reason(chip: Chip, text: str) -> object:
    return format_html("{} {}", chip, because(text)) if text else chip


def _recipient(row: Outgoing) -> str:
    return row.recipient.name if row.recipient else str(_("The node"))


def _name(names: Mapping[UUID, str], id: UUID | None) -> object:
    if id is None:
        return _("The node")
    return names.get(id) or Code(id, 6)
