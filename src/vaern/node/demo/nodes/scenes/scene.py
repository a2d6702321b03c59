"""What a scene of the story is: who acts at which node, and what is then to be seen at which, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vaern.node.demo.nodes.cast import person
from vaern.node.demo.sign_in import link_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.demo.tour import Place


@dataclass(frozen=True)
class Seen:
    """Something that is to be seen of a scene.

    Attributes:
        part: the node on which.
        who: the first name and place of whoever sees it.
        text: what, in a few words.
        place: finds the page; None while it has not come.
    """

    part: str
    who: tuple[str, str]
    text: Any
    place: Callable[[], Place | None]

    def link(self) -> str | None:
        """Return a link that signs them in and opens it; None while it has not come."""
        found = self.place()
        return link_to(person(self.who), found.url, found.record) if found else None


@dataclass(frozen=True)
class Scene:
    """One scene.

    Attributes:
        code: of it.
        title: what happens, in a few words.
        text: two or three sentences: what happens, and why it matters.
        part: the node at which people act.
        act: what they do.
        seen: what follows from it; the scene is over when all of it is there.
    """

    code: str
    title: Any
    text: Any
    part: str
    act: Callable[[], None]
    seen: tuple[Seen, ...]
