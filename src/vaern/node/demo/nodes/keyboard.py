"""Waiting for somebody who wants to see the next scene: a key in the terminal, or the button on the story's page."""

from __future__ import annotations

import select
import sys
import termios
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vaern.node.demo.nodes import story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOOKS = 0.2
"""Seconds between two looks for the page's button."""


class Keyboard:
    """What somebody types, and what they press on the page.

    Args:
        folders: of the nodes, in which the page leaves its wish.
    """

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders

    def wait(self, text: str) -> None:
        """Wait for a key, or for the button. Without a terminal there is the button alone."""
        print(text, end="", flush=True)
        with _each_key() as reads:
            while not story.wished(self._folders):
                ready, _, _ = select.select([sys.stdin] if reads else [], [], [], LOOKS)
                if ready:
                    if not sys.stdin.read(1):  # the terminal is gone
                        raise KeyboardInterrupt
                    break
        print("\r" + " " * len(text) + "\r", end="", flush=True)


@contextmanager
def _each_key() -> Iterator[bool]:
    """Let keys come one by one and unseen; false where there is no terminal."""
    if not sys.stdin.isatty():
        yield False
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
