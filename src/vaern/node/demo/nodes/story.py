"""How far the story is: a file that the conductor writes into the folder of each node, and the page there reads.

Nothing of a node depends on it; without the file there is no page.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

FILE, WISH = "story.json", "story.next"


class Played(msgspec.Struct, frozen=True):
    """A scene that was played.

    Attributes:
        code: of the scene.
        seconds: from the act until all that follows from it was there.
        links: what opens each thing that is to be seen; None for one that has not come yet.
    """

    code: str
    seconds: float
    links: list[str | None]


class Node(msgspec.Struct, frozen=True):
    """A node of the story.

    Attributes:
        code: of its part.
        title, address: how it is called, and where.
    """

    code: str
    title: str
    address: str


class Story(msgspec.Struct, frozen=True):
    """How far it is.

    Attributes:
        nodes: the three.
        played: the scenes that are over, in their order.
        playing: the code of the scene that is being played; "" between two.
        problem: why it cannot go on; "" if nothing is wrong.
    """

    nodes: list[Node]
    played: list[Played]
    playing: str = ""
    problem: str = ""


def tell(folders: list[Path], story: Story) -> None:
    """Write how far it is into the folders of the nodes."""
    for folder in folders:
        beside = folder / f"{FILE}.new"
        beside.write_bytes(msgspec.json.encode(story))
        beside.replace(folder / FILE)


def told(folder: Path) -> Story | None:
    """Return how far it is; None where no story is played."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Story)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def wish(folder: Path) -> None:
    """Ask the conductor for the next scene, as somebody at the page does."""
    descriptor = os.open(folder / WISH, os.O_WRONLY | os.O_CREAT, 0o600)
    os.close(descriptor)


def wished(folders: list[Path]) -> bool:
    """Whether somebody asked, and forget it."""
    found = False
    for folder in folders:
        try:
            (folder / WISH).unlink()
        except FileNotFoundError:
            continue
        found = True
    return found
