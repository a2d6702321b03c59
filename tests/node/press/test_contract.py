"""A surface of its own: the press imports nothing that knows casework, and no row and no page of it leads there."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from django.apps import apps
from django.urls import get_resolver

from vaern.node.organisations.rules import CASEWORK, ROLES, Role

ROOT = Path(__file__).resolve().parents[3]
PRESS = ROOT / "src/vaern/node/press"
MAY_KNOW = {"press", "ledger", "organisations", "web", "base", "runtime"}


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names} | {str(node.module)}
    return found


def test_it_imports_nothing_of_casework_or_alliance() -> None:
    for path in PRESS.rglob("*.py"):
        ours = {name for name in imported(path) if name.startswith("vaern.")}
        assert {name.split(".")[2] for name in ours if name.startswith("vaern.node.")} <= MAY_KNOW, path
        assert all(name.startswith("vaern.node") for name in ours), path


def test_the_contract_says_so_too() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (contract,) = [one for one in contracts if one.get("source_modules") == ["vaern.node.press"]]
    casework = {"scans", "crosscheck", "reports", "victims", "cases", "alliance", "oversight", "operations"}
    assert {f"vaern.node.{name}" for name in casework} <= set(contract["forbidden_modules"])


def test_no_row_of_the_press_refers_to_casework_or_is_referred_to_by_it() -> None:
    may = {"press", "organisations"}
    for model in apps.get_app_config("press").get_models():
        related = {field.related_model._meta.app_label for field in model._meta.get_fields() if field.related_model}
        assert related <= may, model


def test_a_press_officer_has_nothing_of_casework_and_no_page_of_the_press_asks_for_it() -> None:
    assert not ROLES[Role.PRESS].permissions & CASEWORK
    for pattern in get_resolver().url_patterns:
        for route in getattr(pattern, "url_patterns", []):
            if getattr(pattern, "app_name", "") == "press":
                declaration = getattr(route.callback, "declaration", None) or route.callback.__wrapped__.declaration
                assert declaration.permission not in CASEWORK
