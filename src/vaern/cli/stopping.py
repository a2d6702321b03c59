"""Ctrl-C and SIGTERM ask long work to stop, so that it ends tidily."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def stop_on_signal(note: Callable[[str], None], ending: str) -> Iterator[threading.Event]:
    """Ctrl-C (or SIGTERM) asks the work to stop; a second one stops the program at once.

    Args:
        note: is told a line.
        ending: what a second Ctrl-C does, to stand in that line.
    """
    stop = threading.Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()
        note(f"Stopping ... (Ctrl-C again {ending})")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
