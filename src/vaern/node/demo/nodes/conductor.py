"""Plays the story: starts the nodes, lets them become peers, reads each scene to its people, waits for what follows."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Any

from vaern.node.demo.nodes import story
from vaern.node.demo.nodes.company import CannotGoOn, Company
from vaern.node.demo.nodes.keyboard import Keyboard
from vaern.node.demo.nodes.parts import HUB, PARTS
from vaern.node.demo.visits import PART_FAILED, visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vaern.node.demo.nodes.parts import Stand

__all__ = ["CannotGoOn", "conduct"]

PATIENCE = 300.0
"""Seconds until what should follow from a scene is missing; on a quiet machine it takes two."""

LOOKS = 0.1
"""Seconds between two looks at whether it has come."""

PAGE = "/demo/story/"


def conduct(stands: Sequence[Stand], *, once: bool) -> int:
    """Run the demonstration; return 0 if every scene was played and every page of it opens.

    Raises:
        CannotGoOn: a node does not start, or a scene does not end.
        KeyboardInterrupt: somebody stopped it.
    """
    begun = time.monotonic()
    _say("Starting three nodes, each with its own database and keys …")
    with Company(stands) as company:
        company.begin()
        folders = [stand.home for stand in stands]
        _join(company, folders)
        _say("")
        _say(f"Three nodes are peers.   ({time.monotonic() - begun:.1f} s)")
        _say("Everything in them is synthetic: invented countries, organisations, people and hashes.")
        _say(f"The story, with a link into each node as whoever works there:\n\n    {stands[0].address}{PAGE}\n")
        playing = _Playing(company, folders, Keyboard(folders), once=once)
        playing.play()
        if once:
            return playing.ended()
        _say("\nThe story is over. The nodes go on until Ctrl-C stops them.")
        while True:
            time.sleep(3600)


def _join(company: Company, folders: list[Path]) -> None:
    """Let each node become a peer of each other, and wait for their lists of organisations."""
    cards = {part.code: company.ask(part.code, "card") for part in PARTS}
    pairs = [(one, other) for one in PARTS for other in PARTS if one is not other]
    for one, other in pairs:
        company.ask(one.code, "meet", card=cards[other.code]["card"])
    for one, other in pairs:
        said = cards[other.code]
        company.ask(
            one.code,
            "confirm",
            name=said["name"],
            digits=said["digits"],
            countries=list(other.countries),
            from_hub=one.code == HUB,
            to_hub=other.code == HUB,
        )
    for one in PARTS:
        theirs = [host for other in PARTS if other is not one for host in other.listed]
        _until(lambda one=one, theirs=theirs: company.ask(one.code, "joined", hosts=theirs), f"{one.title} joins")  # type: ignore[misc]
    if story.told(folders[0]) is None:  # not at a later start
        for one in PARTS:
            company.ask(one.code, "prepare", code=one.code)
    for folder in folders:
        (folder / story.WISH).unlink(missing_ok=True)


def _until(happens: Any, what: str) -> Any:
    """Look until something is there, and return it.

    Raises:
        CannotGoOn: it does not come.
    """
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = happens()
        if found:
            return found
        time.sleep(LOOKS)
    raise CannotGoOn(f"Waited {PATIENCE:.0f} seconds in vain: {what}.")


class _Playing:
    """The story while it is played."""

    def __init__(self, company: Company, folders: list[Path], keyboard: Keyboard, *, once: bool) -> None:
        self._company, self._folders, self._keyboard, self._once = company, folders, keyboard, once
        self._scenes = company.ask(PARTS[0].code, "scenes")
        self._nodes = [story.Node(stand.part.code, stand.part.title, stand.address) for stand in company.stands]
        earlier = story.told(folders[0])
        self._played = list(earlier.played) if earlier else []
        self._opened = self._failed = 0

    def play(self) -> None:
        """Play the scenes that were not played yet, each on a key or at once."""
        self._tell()
        over = {one.code for one in self._played}
        for number, scene in enumerate(self._scenes, 1):
            if scene["code"] in over:  # at an earlier start
                continue
            _say(f"{number:>2}. {scene['title']}")
            if not self._once:
                self._keyboard.wait("    a key plays it …")
            self._tell(playing=scene["code"])
            try:
                self._one(scene)
            except CannotGoOn as error:
                self._tell(playing=scene["code"], problem=str(error))
                raise
            self._tell()
            if self._once:  # now: a recall takes some of it away
                self._open([f"{stand.address}{PAGE}" for stand in self._company.stands])
                self._open([link for link in self._played[-1].links if link])

    def ended(self) -> int:
        """Say how it went; return 1 if a page did not open."""
        _say(f"{len(self._played)} scenes were played and {self._opened} pages opened; {self._failed} failed.")
        return 1 if self._failed else 0

    def _open(self, links: list[str]) -> None:
        """Open pages as a browser does."""
        for link in links:
            stand = next(one for one in self._company.stands if link.startswith(one.address))
            statuses, page = visit(("127.0.0.1", stand.port), link)
            self._opened += 1
            if statuses[-1] != http.client.OK or PART_FAILED in page:
                self._failed += 1
                _say(f"FAILED: {link} got {statuses}")

    def _one(self, scene: dict[str, Any]) -> None:
        _say(f"    {scene['text']}")
        begun = time.monotonic()
        self._company.ask(scene["part"], "act", scene=scene["code"])
        links = [
            _until(
                lambda part=part, number=number: self._company.ask(part, "look", scene=scene["code"], number=number),  # type: ignore[misc]
                f"{scene['title']}: what {part} is to see",
            )
            for number, part in enumerate(scene["seen"])
        ]
        seconds = time.monotonic() - begun
        self._played.append(story.Played(scene["code"], round(seconds, 2), links))
        _say(f"    {seconds:.1f} s\n")

    def _tell(self, playing: str = "", problem: str = "") -> None:
        story.tell(self._folders, story.Story(self._nodes, list(self._played), playing, problem))


def _say(text: str) -> None:
    print(text, flush=True)
