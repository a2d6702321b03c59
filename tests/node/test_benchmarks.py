"""Benchmarks and tools run seldom, and no type checker reads them: what they take from the package is there."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = [*sorted((ROOT / "benchmarks").glob("*.py")), *sorted((ROOT / "tools").glob("*.py"))]


def taken(module: str, name: str) -> object:
    """Return what `from module import name` would; raises where it would."""
    found = import_module(module)
    return getattr(found, name) if hasattr(found, name) else import_module(f"{module}.{name}")


def missing(tree: ast.Module) -> list[str]:
    """Return what a program takes from the package that is not there."""
    modules: dict[str, ModuleType] = {}
    gone = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vaern"):
            for alias in node.names:
                try:
                    found = taken(node.module or "", alias.name)
                except ImportError as error:
                    gone.append(str(error))
                    continue
                if isinstance(found, ModuleType):
                    modules[alias.asname or alias.name] = found
    used = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
    for node in used:
        module = modules.get(ast.unparse(node.value))
        if module is not None and not hasattr(module, node.attr):
            gone.append(f"{module.__name__}.{node.attr}")
    return gone


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_what_a_program_takes_from_the_package_is_there(program: Path) -> None:
    assert missing(ast.parse(program.read_text("utf-8"))) == []


def test_what_is_not_there_is_found() -> None:
    source = "from vaern.node.base import jobs, nothing\njobs.each\njobs.never_was\n"
    assert missing(ast.parse(source)) == [
        "No module named 'vaern.node.base.nothing'",
        "vaern.node.base.jobs.never_was",
    ]
