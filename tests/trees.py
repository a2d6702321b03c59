"""The syntax tree of a module, read once for all tests that judge it."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a module; nobody changes the tree that all share."""
    return ast.parse(path.read_text("utf-8"))
