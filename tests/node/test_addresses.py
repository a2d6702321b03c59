"""Every address that the code or a template names is one of the node's."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.urls import URLPattern, get_resolver

NODE = Path(__file__).resolve().parents[2] / "src/vaern/node"
REVERSES = {"reverse", "reverse_lazy", "redirect", "resolve_url"}
IN_TEMPLATE = re.compile(r"""{%-?\s*url\s+["']([\w:-]+)["']""")


def known(patterns: list[object], prefix: str = "") -> set[str]:
    """Return the names of all routes, with those that only the demonstration has."""
    found = set()
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            found.add(f"{prefix}{pattern.name}")
        else:
            space = pattern.namespace  # type: ignore[attr-defined]
            found |= known(pattern.url_patterns, f"{prefix}{space}:" if space else prefix)  # type: ignore[attr-defined]
    return found


def named() -> dict[str, Path]:
    """Return every name that is written out, and where."""
    found: dict[str, Path] = {}
    for path in NODE.rglob("*.py"):
        source = path.read_text("utf-8")
        if not any(name in source for name in REVERSES):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REVERSES:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and re.fullmatch(r"[\w-]+(:[\w-]+)+", str(first.value)):
                    found[str(first.value)] = path
    for path in NODE.rglob("templates/**/*.html"):
        found |= dict.fromkeys(IN_TEMPLATE.findall(path.read_text("utf-8")), path)
    return found


def test_every_address_that_is_named_exists() -> None:
    names = named()
    assert len(names) > 200
    there = known(get_resolver().url_patterns)
    missing = {name: str(path) for name, path in names.items() if name not in there and "demo" not in path.parts}
    assert missing == {}
