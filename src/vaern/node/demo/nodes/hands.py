"""What can be done at a node of the demonstration by the conductor: become peers, play a scene, see how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.crosscheck.elsewhere import secrets
from vaern.node.demo.alliance import JOINS
from vaern.node.demo.nodes import joining
from vaern.node.demo.nodes.cast import runs_node
from vaern.node.demo.nodes.parts import PARTS, part_called
from vaern.node.demo.nodes.scenes import SCENES, figures, requests, scene_called

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def scenes() -> list[dict[str, Any]]:
    """Return the story in English: code, title and text of each scene, where it is played, and where it is seen."""
    return [
        {
            "code": one.code,
            "title": str(one.title),
            "text": str(one.text),
            "part": one.part,
            "seen": [seen.part for seen in one.seen],
        }
        for one in SCENES
    ]


def prepare(code: str) -> None:
    """Let a node have what its story begins with: who is bound by which law, who is a member, the key of members."""
    if part_called(code).countries:
        requests.bind()
    else:
        figures.found_alliance()
    if code == PARTS[0].code:
        secrets.make(runs_node(), JOINS)


def act(scene: str) -> None:
    """Let a scene's people act, on the node where it is played: all of it, or nothing."""
    with transaction.atomic():
        scene_called(scene).act()


def look(scene: str, number: int) -> str | None:
    """Return a link that opens what is to be seen of a scene; None if it is not there yet."""
    return scene_called(scene).seen[number].link()


HANDS: Mapping[str, Callable[..., Any]] = {
    "card": joining.card,
    "meet": joining.meet,
    "confirm": joining.confirm,
    "joined": joining.joined,
    "prepare": prepare,
    "scenes": scenes,
    "act": act,
    "look": look,
}
