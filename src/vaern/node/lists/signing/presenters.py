"""From signed releases to what the page of a list, or of a subset, shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.lists.base.signed import address
from vaern.node.lists.rules.proposals import Proposes
from vaern.node.lists.signing.labels import NEVER, PROPOSES
from vaern.node.lists.signing.repository import State, state_of
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Definitions, When
from vaern.node.web.records import Offer
from vaern.trust import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.base.signed import Signed
    from vaern.node.organisations.viewers import Viewer


def offers(viewer: Viewer, signed: Signed) -> Iterable[Offer]:
    """Return what can be done about the signed releases of a list, or a subset, of the viewer's organisation."""
    state = _state(viewer, signed)
    if state is None:
        return
    yield Offer(_("Propose a signed release"), address(signed, "propose-signed"))
    if state.waiting:
        yield Offer(_("Download the proposal"), address(signed, "take-out-signed"), in_place=False)
        yield Offer(_("Hand in signatures"), address(signed, "hand-in-signed"))
    yield Offer(_("How often releases are proposed"), address(signed, "propose-every"))


def list_part(viewer: Viewer, signed: Signed, _reason: Reason) -> SheetPart | None:
    """Return how far the signed releases of a list, or a subset, are: a part of its page, for whoever releases it."""
    state = _state(viewer, signed)
    if state is None:
        return None
    return SheetPart(_("Signed releases"), "lists/signed_part.html", {"facts": facts(signed, state)})


def _state(viewer: Viewer, signed: Signed) -> State | None:
    if signed.organisation_id != viewer.organisation.id or not viewer.may(Permission.HASHLIST_RELEASE):
        return None
    return state_of(signed.name)


def facts(signed: Signed, state: State) -> Definitions:
    """Return how far the signed releases of a list, or a subset, are."""
    found: list[tuple[object, object]] = [
        (_("Last release"), state.version or _("None yet")),
        (_("Holds until"), When(state.ends) if state.ends else "–"),
        (_("Who may sign"), "; ".join(state.signers)),
        (_("Countries that must"), state.needed),
        (_("Waits for signatures"), _waiting(state)),
        (_("Proposed by the node"), PROPOSES[Proposes(signed.proposes)] if signed.proposes else NEVER),
    ]
    return Definitions(found)


def _waiting(state: State) -> str:
    if state.waiting is None:
        return _("No")
    _path, counted = state.waiting
    signed = counted.signed if counted else ()
    if not signed:
        return _("Yes; nobody has signed yet")
    names = ", ".join(f"{keys.organisation_of(key)} ({keys.country_of(key)})" for key in signed)
    return _("Yes; signed by %(names)s") % {"names": names}
