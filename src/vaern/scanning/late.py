"""Parsers that are loaded when a file asks for them: who hashes photographs does not wait for a reader of documents.

A worker that is locked in can load nothing more. One that meets such a file ends with `MISSING`; the process that
forks workers then loads what is here, and the worker that is forked in its place has it (`forks`).
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

PDFS = "vaern.scanning.pdfs"

_ALL = (PDFS,)
_locked = False


class MissingError(BaseException):
    """The parser was not loaded before this process was locked in; no fault of a file, so no handler takes it."""


def load() -> None:
    """Load all, in a process that forks workers."""
    for name in _ALL:
        import_module(name)


def lock() -> None:
    """From now on nothing can be loaded in this process."""
    global _locked  # noqa: PLW0603 - as the lock, it holds for the process
    _locked = True


def module(name: str) -> ModuleType:
    """The module of this name, loaded if it may be.

    Raises:
        MissingError: the process is locked in, and does not have it.
    """
    if _locked and name not in sys.modules:
        raise MissingError(name)
    return import_module(name)
