"""What each kind of file holds, as the table of ARCHITECTURE.md says: told from the syntax tree."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from tests.trees import tree_of

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / "src/vaern/node"
APPS = sorted(path.parent.name for path in NODE.glob("*/apps.py") if path.parent.name not in {"web", "ledger", "demo"})

MANAGERS = {"objects", "own", "everywhere", "everybody", "all_nodes", "of"}
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "update", "delete", "save"}
HTTP = {"django.http", "django.shortcuts", "ninja"}
SPEAKS_HTTP = {"views", "api", "urls", "middleware"}

HOLDS_HTTP = {
    "casework/idempotency.py": "the answer to a request that is sent again",
    "casework/reasons.py": "the dialogue that asks why a record is opened",
    "casework/releases/preview.py": "the page that shows who will receive",
    "casework/sheets.py": "the page of a record",
    "organisations/routers.py": "the router that lets nothing in without a permission",
    "organisations/second_factor.py": "answers where allauth would",
    "oversight/proofs.py": "the proofs over HTTP",
    "reports/arrival/answers.py": "the answers of the API",
    "reports/intake/schemas.py": "what the intake API takes",
    "scans/exports.py": "a file that leaves",
}
"""Modules that are no views and know HTTP all the same, and why. Only shrinks."""

ASK_THEMSELVES = {
    "organisations/forms_sign_in.py": "allauth's own form is made stricter",
}
"""Views, forms and presenters that ask the database without `queries`, and why. Only shrinks."""


@cache
def modules() -> dict[str, ast.Module]:
    """The modules of the apps, by their path inside the node."""
    paths = [path for app in APPS for path in (NODE / app).rglob("*.py") if "migrations" not in path.parts]
    return {path.relative_to(NODE).as_posix(): tree_of(path) for path in paths}


def kind(path: str) -> str:
    """What kind of file a module is: `views` for views_desk.py, `forms` for law_forms.py; a subject has its name."""
    parts = path.split("/")
    if {"rules", "models"} & set(parts[:-1]):
        return "rules" if "rules" in parts[:-1] else "models"
    words = parts[-1].removesuffix(".py").split("_")
    return next((word for word in (words[0], words[-1]) if word in KINDS), words[0])


@cache
def imported(tree: ast.Module) -> set[str]:
    """What a module imports when it runs."""
    for_types = {
        id(inside)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inside in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


@cache
def tables() -> set[str]:
    """The names of all classes that are tables."""
    return {
        node.name
        for path, tree in modules().items()
        if kind(path) == "models"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    } | {"Authenticator", "UserSession"}


def asked(tree: ast.Module) -> set[str]:
    """The tables that a module asks by a manager; a choice of a form (`queryset=`) only says what it offers."""
    offered = {
        id(inside)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "queryset"
        for inside in ast.walk(node)
    }
    return {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in offered
        if isinstance(node.value, ast.Name) and node.value.id in tables()
    }


def written(tree: ast.Module) -> set[str]:
    """The calls by which a module writes a table."""
    return {
        ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
        if tables() & {name.id for name in ast.walk(node.func) if isinstance(name, ast.Name)}
        or node.func.attr == "save"
    }


def table_of_kinds() -> list[str]:
    """The kinds of files as ARCHITECTURE.md lists them."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("Every app has the same files", 1)[1]
    rows = [line for line in text.split("\n\n", 2)[1].splitlines() if line.startswith("| `")]
    return [re.sub(r"\.py|/", "", name) for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


KINDS = table_of_kinds()


def test_the_table_has_the_kinds_of_files_that_there_are() -> None:
    counted = [kind(path) for path in modules()]
    assert {name for name in set(counted) if counted.count(name) >= 9} - {"", "apps"} <= set(KINDS)
    folders = {part for path in modules() for part in path.split("/")[1:-1]}
    assert set(KINDS) <= set(counted) | folders, "a kind that no app has"


def test_views_forms_and_presenters_leave_the_database_to_queries() -> None:
    asking = {
        path
        for path, tree in modules().items()
        if kind(path) in {"views", "api", "forms", "presenters", "labels", "items", "urls"} and asked(tree)
    }
    assert asking == set(ASK_THEMSELVES)


def test_queries_write_nothing_and_know_no_http() -> None:
    found = {path: tree for path, tree in modules().items() if kind(path) == "queries"}
    assert len(found) > 40
    assert {path: written(tree) for path, tree in found.items() if written(tree)} == {}
    assert [path for path, tree in found.items() if imported(tree) & HTTP] == []


def test_http_is_known_at_the_edge_alone() -> None:
    knowing = {path for path, tree in modules().items() if kind(path) not in SPEAKS_HTTP and imported(tree) & HTTP}
    assert knowing == set(HOLDS_HTTP)


@pytest.mark.parametrize("name", ["models", "forms", "presenters", "labels"])
def test_what_describes_and_shows_neither_records_nor_sends(name: str) -> None:
    doing = {"vaern.node.ledger.record", "vaern.node.web.mail", "django.core.mail"}
    assert [path for path, tree in modules().items() if kind(path) == name and imported(tree) & doing] == []


def test_rules_know_no_django() -> None:
    found = {path: imported(tree) for path, tree in modules().items() if kind(path) == "rules"}
    assert len(found) > 60
    assert [path for path, names in found.items() if any(name.startswith("django") for name in names)] == []
