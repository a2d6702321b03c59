"""Retention: how scans end. Their numbers stay, by verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.node.casework.retention.kinds import Number, Retention
from vaern.node.scans import acts, rules
from vaern.node.scans.models import Finding, FindingMatch, ListUse, Scan
from vaern.node.scans.rules import COUNTED, Event, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.ledger.rules import Actor


def _may_erase(scan: Scan, _by: Actor) -> None:
    rules.after(State(scan.state), Event.ERASE)


def _numbers(scan: Scan) -> Iterator[Number]:
    day = timezone.localdate(scan.started_at or scan.created_at)
    yield Number(day, "scans")
    for verdict, column in COUNTED.items():
        yield Number(day, f"findings.{verdict}", getattr(scan, column))


def _delete(scan: Scan) -> int:
    ListUse.of(scan=scan)._raw_delete("default")  # noqa: SLF001 - nothing hangs on it
    FindingMatch.of(finding__in=Finding.of(scan=scan))._raw_delete("default")  # noqa: SLF001
    for field in _hanging():
        field.model._base_manager.filter(**{f"{field.name}__scan": scan}).delete()
    Finding.of(scan=scan)._raw_delete("default")  # noqa: SLF001
    scan.delete()
    return scan.total


def _hanging() -> list[Any]:
    """Return the keys of what apps let hang on findings: with it there, the database lets none of them go."""
    fields: list[Any] = [one.remote_field for one in Finding._meta.get_fields(include_hidden=True) if one.auto_created]
    return [one for one in fields if getattr(one, "db_constraint", False)]


RETENTION = Retention(
    model=Scan,
    name="scans",
    expired=acts.EXPIRED,
    erased=acts.ERASED,
    prolonged=acts.PROLONGED,
    may_erase=_may_erase,
    numbers=_numbers,
    delete=_delete,
)
