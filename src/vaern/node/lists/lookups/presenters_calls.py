"""From a call and its proof to what their pages show."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import UNSET

from vaern.node.ledger.keys import verifier_key
from vaern.node.lists.lookups.asking import PROTOCOL
from vaern.node.lists.lookups.forms import SERVICES
from vaern.node.web.components import Chip, Code, Definitions, When, numbered
from vaern.node.web.reasons import why_label
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.lookup.leaves import Leaf
    from vaern.node.lists.lookups.queries import CallPage
    from vaern.proofs.calls import CallProof
    from vaern.records import Signal

BROKEN: dict[str, Any] = {
    "calls": gettext_lazy("The entry of the ledger is not of as many calls as the proof says."),
    "call": gettext_lazy("What it says of the call does not lead to the root that the entry of the ledger has."),
    "inclusion": gettext_lazy("The hashes that lead from the call to the entry are no hashes."),
    "lists": gettext_lazy("The lists that it names are not those that the call was answered from."),
    "entry.checkpoint": gettext_lazy("The checkpoint is not signed with this key."),
    "entry.inclusion": gettext_lazy("The hashes that lead from the entry to the checkpoint are no hashes."),
    "entry.leaf": gettext_lazy("The entry is not in the ledger that was signed, or is none of look-ups."),
    "asked": gettext_lazy(
        "The call is in the ledger, and did not ask these signals in this order. Others, fewer or another order are "
        "another question."
    ),
}
"""What does not hold, by the place that the check names."""


def asked_as(protocol: str) -> str:
    """Return how a call was made: the protocol of a program, or by a person."""
    return _("Page, by hand") if protocol == PROTOCOL else protocol


def purpose_in_words(protocol: str, purpose: str) -> str:
    """Return what a call was for: a person's reason, the kind of service that a key is of, or what a program said."""
    if protocol == PROTOCOL:
        return why_label(purpose)
    said, colon, service = purpose.partition(":")
    if said == "service" and colon and service in SERVICES:
        return _("Not said; asked as: %(service)s") % {"service": SERVICES[service]}
    return purpose


def leaf_facts(leaf: Leaf, key: str = "", by: str | None = None) -> Definitions:
    """Return what the ledger covers of a call.

    Args:
        leaf: of the call.
        key: name of the key that asked; "" where that is not known.
        by: name of the person who looked up by hand, with no key; None of a program.
    """
    kinds = ", ".join(f"{numbered(number)} {kind}" for kind, number in sorted(leaf.signals.items()))
    facts: list[tuple[object, object]] = [
        (_("Call"), Code(UUID(leaf.call))),
        (_("Answered"), When(datetime.fromisoformat(leaf.at))),
        *([(_("Looked up by"), by or _("A person whose data was erased"))] if by is not None else []),
        *([(_("Key"), key)] if key and by is None else []),
        (_("Asked as"), asked_as(leaf.protocol)),
        (_("Purpose"), purpose_in_words(leaf.protocol, leaf.purpose) or _("Not said")),
        (_("Reference"), leaf.reference or _("None")),
        (_("Signals"), kinds or _("None")),
        (_("Hits"), leaf.hits),
        *([(_("Entries handed out"), leaf.entries)] if leaf.entries else []),
        (
            _("Hits told up to a distance of"),
            _("Not kept of this call")
            if leaf.most_distance is UNSET
            else _("%(n)s bits") % {"n": numbered(leaf.most_distance)},
        ),
        (_("Answer with the act alone"), _("Yes") if leaf.coarse else _("No")),
        (_("Digest of what was asked"), Code(leaf.asked, 16) if leaf.asked else "–"),
        (_("Digest of the answer"), Code(leaf.answer, 16)),
        (_("Digest of the lists"), Code(leaf.index, 16) if leaf.index else "–"),
    ]
    return Definitions(facts)


def lists_table(lists: Sequence[tuple[str, str, int]]) -> Table:
    """Return the lists that a call was answered from, in their states of then."""
    return Table(
        caption=_("Lists that were asked, in their state of then"),
        columns=[Column(_("List")), Column(_("Release")), Column(_("State"), numeric=True)],
        rows=[Row([name, release or "–", sequence]) for name, release, sequence in lists],
        id="asked-lists",
        show_caption=True,
    )


def place_facts(proof: CallProof) -> Definitions:
    """Return where a call stands in the ledger."""
    return Definitions(
        [
            (_("Entry of the ledger"), json.loads(proof.entry.leaf)["entry"]),
            (_("Place of the call in it"), _place(proof.position, proof.calls)),
            (_("Place of the entry in the ledger"), numbered(proof.entry.position)),
        ]
    )


def _place(position: int, calls: int) -> str:
    return _("%(place)s of %(calls)s") % {"place": numbered(position + 1), "calls": numbered(calls)}


def call_context(page: CallPage) -> dict[str, Any]:
    """Return what the page of a call shows."""
    leaf = page.kept.leaf
    call = UUID(leaf.call)
    lists = [(one["name"], one["release"], one["sequence"]) for one in page.lists or ()]
    return {
        "call": call,
        "facts": leaf_facts(leaf, page.key or _("None of this id any more"), page.by),
        "lists": lists_table(lists) if page.lists is not None else None,
        "place": place_facts(page.proof) if page.proof else None,
        "chip": Chip(_("It does not hold"), "bad") if page.broken else Chip(_("Checked just now: it holds"), "good"),
        "broken": BROKEN.get(page.broken, page.broken),
        "proof_url": reverse("lists:call-proof", args=[call]),
        "check_url": reverse("lists:check-call"),
        "here": reverse("lists:lookups"),
        "vkey": str(verifier_key()),
    }


def checked_context(proof: CallProof, leaf: Leaf | None, asked: Sequence[Signal] | None, broken: str) -> dict[str, Any]:
    """Return what the page says of a proof that somebody gave.

    Args:
        proof: as it was given.
        leaf: what is proven of the call; None where nothing is.
        asked: what was given as its question; None where nothing was.
        broken: the place that does not hold; "" where all do.
    """
    return {
        "chip": Chip(_("It does not hold"), "bad") if broken else Chip(_("It holds"), "good"),
        "broken": BROKEN.get(broken, broken),
        "where": Code(broken) if broken else "",
        "facts": leaf_facts(leaf) if leaf else None,
        "lists": lists_table(proof.lists) if leaf and proof.lists else None,
        "place": place_facts(proof) if leaf else None,
        "asked": asked is not None and not broken,
        "signals": len(asked or ()),
        "here": reverse("lists:lookups"),
        "again": reverse("lists:check-call"),
    }
