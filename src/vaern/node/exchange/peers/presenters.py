"""From peers and messages to what the pages of the exchange show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.exchange.base.kinds import kind_called, kinds
from vaern.node.exchange.peers import labels, tables
from vaern.node.exchange.rules.peers import State
from vaern.node.organisations.countries import named
from vaern.node.web.components import Age, Chip, Code, Definitions, Empty, When
from vaern.node.web.records import Offer, Rank
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vaern.node.exchange.models import Peer
    from vaern.node.exchange.peers.queries import Load, Own, Passed
    from vaern.node.exchange.rules.identity import Card


def title_of(peer: Peer) -> Definitions:
    """Return which node a decision is about."""
    return Definitions([(_("Node"), peer.name), (_("Exchange"), state_of(peer))])


def state_of(peer: Peer) -> Chip:
    """Return how we stand to a peer."""
    return Chip(*labels.STATES[State(peer.state)])


def about(peer: Peer) -> dict[str, Any]:
    """Return subject, crumbs and way back of a decision about a peer."""
    here = reverse("exchange:peer", args=[peer.pk])
    return {
        "subject": title_of(peer),
        "crumbs": [(_("Exchange"), reverse("exchange:peers")), (peer.name, here)],
        "back": here,
    }


# The page of the exchange ---------------------------------------------------------------------------------------------


def own_facts(own: Own) -> Definitions:
    """Return the keys of this node with their age."""
    newest, *earlier = own.keys
    pairs: list[tuple[object, object]] = [
        (_("Signing key"), format_html("{} · {}", Code(newest[0]), Age(newest[1]))),
        *((_("Earlier key"), format_html("{} · {}", Code(id), Age(at))) for id, at in earlier),
    ]
    if own.untold:
        pairs.append((_("Does not know the new key yet"), ", ".join(own.untold)))
    return Definitions(pairs)


def peers_table(found: Sequence[tuple[Peer, Load]]) -> Table:
    """Return the peers, with what is between each and this node."""
    return Table(
        caption=_("Other nodes"),
        columns=[
            Column(_("Node")),
            Column(_("Countries")),
            Column(_("Exchange")),
            Column(_("Last heard")),
            Column(_("Waits for it"), numeric=True),
            Column(_("Oldest")),
            Column(_("With it, not taken in"), numeric=True),
            Column(_("Of it, not taken in"), numeric=True),
            Column(_("Set aside here"), numeric=True),
        ],
        rows=[
            Row(
                [
                    peer.name,
                    ", ".join(named(code) for code in peer.countries) or "–",
                    state_of(peer),
                    Age(peer.answered_at) if peer.answered_at else "–",
                    load.waiting,
                    Age(load.since) if load.since else "–",
                    load.untaken,
                    load.waits,
                    load.set_aside,
                ],
                url=reverse("exchange:peer", args=[peer.pk]),
                tone=_tone(peer, load),
            )
            for peer, load in found
        ],
        empty=Empty(
            _("No other node yet"),
            _("Send them your card, add theirs, and read your digits to each other."),
            reverse("exchange:meet"),
            _("Add a node"),
        ),
        id="peers",
    )


def _tone(peer: Peer, load: Load) -> str:
    if load.set_aside or (peer.failing_since and State(peer.state) is State.ACTIVE):
        return "bad"
    return "warning" if State(peer.state) is State.MET else ""


# The page of a peer ---------------------------------------------------------------------------------------------------


def peer_context(peer: Peer, passed: Passed, own: Own) -> dict[str, Any]:
    """Return what the page of a peer shows."""
    state = State(peer.state)
    return {
        "peer": peer,
        "own": own,
        "chips": [state_of(peer)],
        "met": state is State.MET,
        "opened": peer.confirmed_at is not None,
        "note": _note(peer, passed.load),
        "facts": Definitions(_facts(peer, passed)),
        "agreement": Definitions(_agreement(peer)),
        "keys": Definitions(_keys(peer, passed.card, own)),
        "organisations": ngettext("%(n)s open organisation", "%(n)s open organisations", passed.organisations)
        % {"n": passed.organisations},
        "directory": f"{reverse('organisations:directory')}?node={peer.name}",
        "offers": offers(peer),
        "waits_out": tables.waiting_out(peer, passed),
        "waits_in": tables.waiting_in(peer, passed),
        "out": tables.went(passed),
        "came": tables.came(passed),
    }


def offers(peer: Peer) -> list[Offer]:
    """Return what can be done about a peer now, the first first."""

    def to(name: str) -> str:
        return reverse(f"exchange:{name}", args=[peer.pk])

    end = Offer(_("End"), to("end"), Rank.ENDING, "danger")
    return {
        State.MET: [Offer(_("Confirm by voice"), to("confirm"), Rank.NEXT), end],
        State.ACTIVE: [Offer(_("Change the agreement"), to("agree")), Offer(_("Suspend"), to("suspend")), end],
        State.SUSPENDED: [
            Offer(_("Go on"), to("resume"), Rank.NEXT),
            Offer(_("Change the agreement"), to("agree")),
            end,
        ],
        State.ENDED: [Offer(_("Begin anew with their card"), reverse("exchange:meet"))],
    }[State(peer.state)]


def _note(peer: Peer, load: Load) -> tuple[str, str] | None:
    """Return tone and text of what an administrator has to know first."""
    if State(peer.state) is State.ENDED and load.waiting:
        text = ngettext(
            "The exchange has ended. %(n)s message was never delivered, and never will be.",
            "The exchange has ended. %(n)s messages were never delivered, and never will be.",
            load.waiting,
        )
        return "warning", text % {"n": load.waiting}
    if State(peer.state) is State.ACTIVE and peer.failing_since:
        return "bad", _("Calls fail: %(problem)s") % {"problem": peer.problem or "–"}
    return None


def _facts(peer: Peer, passed: Passed) -> list[tuple[object, object]]:
    load = passed.load
    met = format_html("{} · {}", When(peer.created_at), peer.met_by.name)
    pairs: list[tuple[object, object]] = [(_("Card taken"), met)]
    if peer.confirmed_at and peer.confirmed_by:
        pairs.append((_("Confirmed by voice"), format_html("{} · {}", When(peer.confirmed_at), peer.confirmed_by.name)))
    if peer.because and State(peer.state) in {State.SUSPENDED, State.ENDED}:
        pairs.append((_("Because"), peer.because))
    return [
        *pairs,
        (_("Address"), peer.address or _("None: it calls us, and we cannot call it")),
        (_("Last heard"), When(peer.answered_at, _("Never"))),
        *([(_("Calls fail since"), When(peer.failing_since))] if peer.failing_since else []),
        (_("Waits for it"), _since(load)),
        (_("With it, not taken in"), load.untaken),
        (_("Of it, not taken in"), load.waits),
        (_("Set aside here"), load.set_aside),
    ]


def _since(load: Load) -> object:
    if not load.since:
        return load.waiting
    return format_html("{} · {}", load.waiting, Age(load.since))


def _agreement(peer: Peer) -> list[tuple[object, object]]:
    return [
        (_("We take from them"), _called(peer.accepts)),
        (_("We send them"), _called(peer.sends)),
        (_("Countries"), ", ".join(named(code) for code in peer.countries) or _("None")),
    ]


def _called(names: Sequence[str]) -> str:
    found = [str(kind.label) if (kind := kind_called(name)) else name for name in names]
    return ", ".join(found) or str(_("Nothing but recalls, and what nodes tell each other of themselves"))


def _keys(peer: Peer, card: Card, own: Own) -> list[tuple[object, object]]:
    pairs: list[tuple[object, object]] = [
        (_("Their signing key") if not number else _("Their earlier key"), Code(key.id.hex()))
        for number, key in enumerate(card.keys())
    ]
    pairs.append((_("On a card of"), When(card.at)))
    if peer.name in own.untold:
        pairs.append((_("Our new key"), _("They do not know it yet: until then we sign with the earlier one.")))
    return pairs


def left_behind(load: Load) -> Definitions | None:
    """Return what is between this node and a peer with which the exchange ends; None if nothing is."""
    pairs = [
        (_("Waits for it"), load.waiting),
        (_("With it, not taken in"), load.untaken),
        (_("Of it, not taken in"), load.waits),
        (_("Set aside here"), load.set_aside),
    ]
    left = [(name, count) for name, count in pairs if count]
    return Definitions(left) if left else None


# The agreement --------------------------------------------------------------------------------------------------------


def passing(card: Card | None) -> list[tuple[str, object]]:
    """Return the kinds of message on which people agree, as choices: what each is, and whether their node knows it."""
    found = [kind for kind in kinds().values() if kind.by_agreement and not kind.owed]
    return [
        (kind.name, _choice(kind.label, kind.says, known=card is None or kind.name in card.types)) for kind in found
    ]


def _choice(label: object, says: object, *, known: bool) -> object:
    more = " ".join(str(one) for one in (says, "" if known else _("Their node does not know it yet.")) if one)
    return format_html('{} <span class="quiet">{}</span>', label, more) if more else label


def country_choices(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the countries of the directory as choices, in the order of their names."""
    return list(names.items())
