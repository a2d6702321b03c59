"""Scenes about the hub: it says to two nodes that somebody else works on the same, and carries what it cannot open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.base.scope import viewing
from vaern.node.crosscheck.disclosures import actions as disclosures
from vaern.node.crosscheck.models import Meeting, Reveal
from vaern.node.crosscheck.rules.disclosures import Level, RevealState
from vaern.node.demo.nodes.cast import FIND, PRIYA, YASMIN, viewer
from vaern.node.demo.nodes.parts import NORDHAVIA, VESTROVIA
from vaern.node.demo.nodes.scenes.scene import Scene, Seen
from vaern.node.demo.tour import Place
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def _met(who: Viewer) -> Meeting | None:
    """Return by what a desk's series met one of another node, the latest: the hotline's report was there before."""
    mine = Meeting.everywhere.filter(other=None, one__organisation=who.organisation, one__kind=Series.KIND)
    return mine.select_related("one").order_by("-met_at").first()


def met_at(who: tuple[str, str]) -> Place | None:
    """Return the page on which somebody reads that another desk works on the same; None while they do not."""
    found = _met(viewer(who))
    if found is None:
        return None
    return Place(reverse("crosscheck:meeting", args=[found.pk]), Series.everywhere.get(pk=found.one.record))


def _reveal(who: tuple[str, str], state: RevealState) -> Place | None:
    found = Reveal.everywhere.filter(meeting=_met(viewer(who)), state=state.value).exists()
    return met_at(who) if found else None


def _ask() -> None:
    """Nordhavia's desk asks that both say who they are."""
    yasmin = viewer(YASMIN)
    found = _met(yasmin)
    assert found is not None  # the scene before
    with viewing(yasmin.organisation.id):
        disclosures.ask(yasmin, FIND, found, Level.CONTACT, "desk@police.nordhavia.example")


def _agree() -> None:
    """Vestrovia's desk agrees."""
    priya = viewer(PRIYA)
    asked = Reveal.everywhere.get(meeting=_met(priya), state=RevealState.ASKED.value)
    with viewing(priya.organisation.id):
        disclosures.agree(priya, FIND, asked, "desk@police.vestrovia.example")


REVEAL = (
    Scene(
        "ask",
        _("Who is it?"),
        _(
            "Nordhavia asks that both say who they are. The question passes through the hub, which can neither read it "
            "nor tell it from others; Vestrovia sees what each would learn, and not yet who asks."
        ),
        NORDHAVIA,
        _ask,
        (Seen(VESTROVIA, PRIYA, _("Somebody asks"), lambda: _reveal(PRIYA, RevealState.ASKED)),),
    ),
    Scene(
        "agree",
        _("Both agree"),
        _("Vestrovia agrees, and each reads who the other is and how its desk is reached. The hub does not."),
        VESTROVIA,
        _agree,
        (
            Seen(NORDHAVIA, YASMIN, _("It is Vestrovia"), lambda: _reveal(YASMIN, RevealState.AGREED)),
            Seen(VESTROVIA, PRIYA, _("It is Nordhavia"), lambda: _reveal(PRIYA, RevealState.AGREED)),
        ),
    ),
)
