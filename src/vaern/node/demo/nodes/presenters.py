"""What the page of the story shows: three nodes side by side, and the scenes with what each leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from vaern.node.demo.alliance import BODIES
from vaern.node.demo.nodes.scenes import SCENES

if TYPE_CHECKING:
    from vaern.node.demo.nodes.scenes.scene import Scene, Seen
    from vaern.node.demo.nodes.story import Story


@dataclass(frozen=True)
class Way:
    """A link into a node.

    Attributes:
        node: the title of it.
        text: what is to be seen there.
        who: first name and organisation of whoever is signed in by it.
        url: the link; "" while it has not come.
    """

    node: str
    text: Any
    who: str
    url: str


@dataclass(frozen=True)
class Line:
    """A scene as the page shows it.

    Attributes:
        title, text: of the scene.
        state: `over`, `plays`, `next` or `later`.
        seconds: how long it took; None while it is not over.
        ways: what it leads to.
    """

    title: Any
    text: Any
    state: str
    seconds: float | None
    ways: list[Way]


@dataclass(frozen=True)
class Page:
    """The page.

    Attributes:
        nodes: title, address and path of the page of its people.
        lines: the scenes.
        waits: a key or the button plays the next one.
        over: all were played.
        problem: why it cannot go on.
    """

    nodes: list[tuple[str, str, str]]
    lines: list[Line]
    waits: bool
    over: bool
    problem: str


def page_of(story: Story) -> Page:
    """Return what the page shows of a story."""
    titles = {node.code: node.title for node in story.nodes}
    links = {one.code: one.links for one in story.played}
    seconds = {one.code: one.seconds for one in story.played}
    waiting = [scene.code for scene in SCENES if scene.code not in links]
    upcoming = waiting[0] if waiting else ""
    lines = [
        Line(
            scene.title,
            scene.text,
            _state(scene, story, seconds, upcoming),
            seconds.get(scene.code),
            [
                _way(seen, titles[seen.part], links.get(scene.code, [None] * len(scene.seen))[number])
                for number, seen in enumerate(scene.seen)
            ],
        )
        for scene in SCENES
    ]
    nodes = [(node.title, node.address, node.address + reverse("demo:roles")) for node in story.nodes]
    return Page(nodes, lines, bool(upcoming) and not story.playing, not waiting, story.problem)


def _state(scene: Scene, story: Story, seconds: dict[str, float], upcoming: str) -> str:
    if scene.code in seconds:
        return "over"
    if scene.code == story.playing:
        return "plays"
    return "next" if scene.code == upcoming else "later"


def _way(seen: Seen, node: str, link: str | None) -> Way:
    first, host = seen.who
    body = next(body for body in BODIES if body.host == host)
    return Way(node, seen.text, f"{first}, {body.name}", link or "")
