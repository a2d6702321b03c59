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
    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer


def _meetings(who: Viewer) -> QuerySet[Meeting]:
    """Return by what a desk's series met those of another node, the latest first.

    The hub may tell of several at once, in any order: what is the latest to one desk need not be so to the other.
    """
    mine = Meeting.everywhere.filter(other=None, one__organisation=who.organisation, one__kind=Series.KIND)
    return mine.select_related("one").order_by("-met_at")


def _place(meeting: Meeting) -> Place:
    return Place(reverse("crosscheck:meeting", args=[meeting.pk]), Series.everywhere.get(pk=meeting.one.record))


def met_at(who: tuple[str, str]) -> Place | None:
    """Return the page on which somebody reads that another desk works on the same; None while they do not."""
    found = _meetings(viewer(who)).first()
    return None if found is None else _place(found)


def _reveal(who: Viewer, state: RevealState) -> Reveal | None:
    """Return what was asked in whichever of a desk's meetings it was, if it is in this state."""
    found = Reveal.everywhere.filter(meeting__in=_meetings(who), state=state.value)
    return found.select_related("meeting__one").first()


def _revealed_at(who: tuple[str, str], state: RevealState) -> Place | None:
    found = _reveal(viewer(who), state)
    return None if found is None else _place(found.meeting)


def _ask() -> None:
    """Nordhavia's desk asks that both say who they are."""
    yasmin = viewer(YASMIN)
    found = _meetings(yasmin).first()
    assert found is not None  # the scene before
    with viewing(yasmin.organisation.id):
        disclosures.ask(yasmin, FIND, found, Level.CONTACT, "desk@police.nordhavia.example")


def _agree() -> None:
    """Vestrovia's desk agrees."""
    priya = viewer(PRIYA)
    asked = _reveal(priya, RevealState.ASKED)
    assert asked is not None  # the scene before
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
        (Seen(VESTROVIA, PRIYA, _("Somebody asks"), lambda: _revealed_at(PRIYA, RevealState.ASKED)),),
    ),
    Scene(
        "agree",
        _("Both agree"),
        _("Vestrovia agrees, and each reads who the other is and how its desk is reached. The hub does not."),
        VESTROVIA,
        _agree,
        (
            Seen(NORDHAVIA, YASMIN, _("It is Vestrovia"), lambda: _revealed_at(YASMIN, RevealState.AGREED)),
            Seen(VESTROVIA, PRIYA, _("It is Nordhavia"), lambda: _revealed_at(PRIYA, RevealState.AGREED)),
        ),
    ),
)
