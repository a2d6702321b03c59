"""From signed releases to what the page of a list shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
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
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer


def offers(viewer: Viewer, hash_list: HashList) -> Iterable[Offer]:
    """Return what can be done about the signed releases of a list of the viewer's organisation."""
    state = _state(viewer, hash_list)
    if state is None:
        return
    yield Offer(_("Propose a signed release"), reverse("lists:propose-signed", args=[hash_list.pk]))
    if state.waiting:
        yield Offer(_("Download the proposal"), reverse("lists:take-out-signed", args=[hash_list.pk]), in_place=False)
        yield Offer(_("Hand in signatures"), reverse("lists:hand-in-signed", args=[hash_list.pk]))
    yield Offer(_("How often releases are proposed"), reverse("lists:propose-every", args=[hash_list.pk]))


def list_part(viewer: Viewer, hash_list: HashList, _reason: Reason) -> SheetPart | None:
    """Return how far the signed releases of a list are: a part of its page, for whoever releases it."""
    state = _state(viewer, hash_list)
    if state is None:
        return None
    return SheetPart(_("Signed releases"), "lists/signed_part.html", {"facts": facts(hash_list, state)})


def _state(viewer: Viewer, hash_list: HashList) -> State | None:
    if hash_list.organisation_id != viewer.organisation.id or not viewer.may(Permission.HASHLIST_RELEASE):
        return None
    return state_of(hash_list.name)


def facts(hash_list: HashList, state: State) -> Definitions:
    """Return how far the signed releases of a list are."""
    return Definitions(
        [
            (_("Last release"), state.version or _("None yet")),
            (_("Holds until"), When(state.ends) if state.ends else "–"),
            (_("Who may sign"), "; ".join(state.signers)),
            (_("Countries that must"), state.needed),
            (_("Waits for signatures"), _waiting(state)),
            (_("Proposed by the node"), PROPOSES[Proposes(hash_list.proposes)] if hash_list.proposes else NEVER),
        ]
    )


def _waiting(state: State) -> str:
    if state.waiting is None:
        return _("No")
    _path, counted = state.waiting
    signed = counted.signed if counted else ()
    if not signed:
        return _("Yes; nobody has signed yet")
    names = ", ".join(f"{keys.organisation_of(key)} ({keys.country_of(key)})" for key in signed)
    return _("Yes; signed by %(names)s") % {"names": names}
