"""The entry point of the installed program, which loads nothing until Ctrl-C has an answer."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

STOPPED = 130
"""Exit status of a command that was stopped: 128 + SIGINT, as shells have it."""

SAID = "Stopped."
"""What is said then."""


def main() -> None:
    """Run `vaern`."""
    signal.signal(signal.SIGINT, _stop_at_once)  # an import that is interrupted half-way would show a traceback
    from vaern.cli.commands import cli

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter costs no result
    try:
        cli(prog_name="vaern")
    finally:
        signal.signal(signal.SIGINT, _stop_at_once)


def let_commands_tidy_up() -> None:
    """From here on Ctrl-C raises `KeyboardInterrupt`: a command has begun, and puts in order what it leaves."""
    if signal.getsignal(signal.SIGINT) is _stop_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _stop_at_once(_number: int, _frame: FrameType | None) -> None:
    """End here: before a command begins and after it has ended, nothing is to be put in order."""
    os.write(2, f"{SAID}\n".encode())
    os._exit(STOPPED)
