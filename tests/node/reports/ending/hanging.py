"""A row of every kind that can hang on a report, found by reflection, so that a new table cannot be forgotten."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from tests.node.factories import make_person

from vaern.node.organisations.models import Organisation, Person
from vaern.node.reports.models import Item, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORTS = "reports"
VALUES: dict[str | tuple[str, str], Any] = {
    "place": "first",
    "action": "notify",
    "kind": "pdq",
    "actionable": True,
    "extent": "whole",
    "there": True,
    "outcome": "opened",
    ("tie", "kind"): "account",
    ("stationanswer", "door"): "api",
    ("stationanswer", "found"): "there",
    ("stationanswer", "looked"): "whole",
}
"""What constraints ask for, by the name of the column, or by that of the table and the column."""

LEFT_OUT = {
    ("told", "forward"),
    ("domainblock", "put_to"),
    ("domainblock", "seconded_by"),
    ("stationterms", "confirmed_by"),
}
"""Table and column that a constraint wants empty where the report, or whoever asked, is named already."""


def hanging_models() -> list[type[models.Model]]:
    """Every model whose rows die with a report, or name one, each after those that it needs."""
    found: list[type[models.Model]] = []
    waiting = [model for model in apps.get_app_config(REPORTS).get_models() if model is not Report]
    progress = True
    while progress:
        progress = False
        for model in list(waiting):
            if any(_leads_to_report(field, found) for field in model._meta.concrete_fields):
                found.append(model)
                waiting.remove(model)
                progress = True
    return sorted(found, key=_depth)


def _leads_to_report(field: models.Field[Any, Any], found: list[type[models.Model]]) -> bool:
    if isinstance(field, models.ForeignKey):
        return field.remote_field.model is Report or field.remote_field.model in found
    return isinstance(field, models.UUIDField) and field.name == "report"


def _depth(model: type[models.Model]) -> int:
    parents = {
        field.remote_field.model
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.model is not model and not field.null
    }
    known = [parent for parent in parents if parent._meta.app_label == REPORTS and parent is not Report]
    return 1 + max((_depth(parent) for parent in known), default=0)


def hang_everything(report: Report) -> dict[type[models.Model], models.Model]:
    """Make sure that a row of each of these models hangs on the report, and return one of each."""
    made: dict[type[models.Model], models.Model] = {}
    person = make_person(organisation=report.organisation)
    for model in hanging_models():
        found = _first(model, report, made)
        made[model] = found or _make(model, report, person, made)
    return made


def _first(model: type[models.Model], report: Report, made: dict[type[models.Model], models.Model]) -> Any:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.remote_field.model is Report and field.name == "report":
            return model._base_manager.filter(**{field.name: report}).first()
        if isinstance(field, models.ForeignKey) and field.remote_field.model in made and not field.null:
            return model._base_manager.filter(**{field.name: made[field.remote_field.model]}).first()
    return None


def _make(
    model: type[models.Model], report: Report, person: Person, made: dict[type[models.Model], models.Model]
) -> models.Model:
    given = {}
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.AutoField) and (model._meta.model_name, field.name) not in LEFT_OUT:
            value = _value(field, report, person, made)
            if value is not None:
                given[field.name] = value
    return model._base_manager.create(**given)


def _value(
    field: models.Field[Any, Any], report: Report, person: Person, made: dict[type[models.Model], models.Model]
) -> Any:
    if isinstance(field, models.ForeignKey):
        target = field.remote_field.model
        owners = {Report: report, Organisation: report.organisation, Person: person, **made}
        if target in owners:
            return owners[target]
        return None if field.null else _make(target, report, person, made)
    if isinstance(field, models.UUIDField):
        return report.pk if field.name == "report" else uuid4()
    return None if field.has_default() or field.null else _plain(field)


def _plain(field: models.Field[Any, Any]) -> Any:
    """A value of a column that has to have one."""
    later = field.name.startswith(("ends", "expires", "due"))
    kinds: list[tuple[type, Any]] = [
        (models.BinaryField, os.urandom(32)),
        (models.DateTimeField, timezone.now() + timedelta(days=1 if later else 0)),
        (models.DateField, timezone.localdate()),
        (models.BooleanField, False),
        (models.IntegerField, 1),
        (models.BigIntegerField, 1),
    ]
    asked = VALUES.get((field.model._meta.model_name, field.name)) or VALUES.get(field.name)
    return asked or next((v for k, v in kinds if isinstance(field, k)), f"x{uuid4().hex[:8]}")


def tables() -> list[str]:
    """Return every table of the database, as the database itself knows them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def dumped(table: str) -> Iterator[str]:
    """Yield the rows of a table as a dump writes them: what `pg_dump` reads by COPY."""
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        for block in copy:
            yield bytes(block).decode()


def found_in(needles: list[str]) -> dict[str, set[str]]:
    """Return in which tables which of the texts stand."""
    found: dict[str, set[str]] = {}
    for table in tables():
        for line in dumped(table):
            for needle in needles:
                if needle in line:
                    found.setdefault(table, set()).add(needle)
    return found


def traces(report: Report) -> list[str]:
    """Return by what a report could be recognised in a dump: its id, its code, and every sealed column that it has."""
    sealed = [bytes(report.sealed), *(bytes(item.sealed) for item in Item.everywhere.filter(report=report))]
    return [str(report.pk), report.code, *("x" + text.hex() for text in sealed if text)]


NOBODY = UUID(int=0)
