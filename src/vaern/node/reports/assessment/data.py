"""Schemes and legal grounds from their files into the tables: idempotent, at every migration, without a migration.

What an assessment used is what its scheme said on that day, so a scheme that was used never changes: a file that says
something else under the same version stops the start. A ground may get a last day; it is never removed.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from vaern.node.reports.models import Assessment, LegalGround, Scheme

HERE = Path(__file__).parent
SCHEMES, GROUNDS = HERE / "schemes", HERE / "provisions"
COLUMNS = ("name", "authority", "country", "valid_from", "valid_to", "values", "questions")


class SchemeUsed(ValueError):  # noqa: N818 - what happened
    """A file changes a version of a scheme with which somebody assessed."""


@cache
def scheme_files(folder: Path = SCHEMES) -> tuple[dict[str, Any], ...]:
    """Return the schemes as their files say them."""
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json")))


@cache
def ground_files(folder: Path = GROUNDS) -> tuple[dict[str, Any], ...]:
    """Return the grounds as their files say them, each with its country."""
    files = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return tuple({**ground, "country": file["country"]} for file in files for ground in file["grounds"])


@transaction.atomic
def load(schemes: Path = SCHEMES, grounds: Path = GROUNDS) -> int:
    """Bring the files into the tables; return how many rows were made or changed.

    Raises:
        SchemeUsed: a file changes a version that was used; give it a new version.
    """
    changed = sum(_load_scheme(given) for given in scheme_files(schemes))
    for given in ground_files(grounds):
        key = {name: given[name] for name in ("code", "action", "country", "valid_from")}
        says = {"name": given["name"], "valid_to": given["valid_to"], "kinds": given.get("kinds", [])}
        if not LegalGround.objects.filter(**key, **says).exists():
            LegalGround.objects.update_or_create(**key, defaults=says)
            changed += 1
    return changed


def _load_scheme(given: dict[str, Any]) -> int:
    columns = {name: given[name] for name in COLUMNS}
    found = Scheme.objects.filter(code=given["code"], version=given["version"]).first()
    if found is None:
        Scheme.objects.create(code=given["code"], version=given["version"], **columns)
        return 1
    if all(_plain(getattr(found, name)) == columns[name] for name in COLUMNS):
        return 0
    if Assessment.unscoped.filter(scheme=found).exists():
        raise SchemeUsed(f"{found} was used and does not change: put what is new into a file with another version")
    Scheme.objects.filter(pk=found.pk).update(**columns)
    return 1


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def after_migrate(**_signal: Any) -> None:
    """Load when the tables were made or changed: `post_migrate` of the app."""
    from django.db import connection

    if Assessment._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 - not on the way back
        load()
