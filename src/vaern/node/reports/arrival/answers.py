"""Responses of the API to submitted reports: report by report, with every fault and its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Field, Schema, Status

from vaern.arrivals import Fault
from vaern.faults import say
from vaern.node.casework.idempotency import KeyReusedError
from vaern.node.reports.base.faults import restored
from vaern.node.web import problems
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.base.refusals import Refusal
    from vaern.node.reports.models import Report

MOST_TOLD = 500
"""Faults that are told where nothing was taken."""


class Made(Schema):
    """An accepted report."""

    id: UUID
    code: str = Field(description="How people call it.")
    made: bool = Field(description="False: you sent it before, and this is that report.")
    completeness: int = Field(description="From 0 to 100: how much of what a desk needs is in it.")
    missing: list[str] = Field(description="Codes of what would have made it more complete.")
    faults: list[dict[str, str]] = Field(description="What is wrong with it and did not stop it: where, code, words.")


class LineMade(Schema):
    """The result for one report of several."""

    line: int = Field(description="Of the lines or reports that were sent; 1 is the first.")
    id: UUID | None = Field(description="Null: it was not taken, for its faults.")
    made: bool
    amended: bool = Field(False, description="It was added to a report that you sent before; `id` is that report's.")
    faults: list[dict[str, str]]


class Lines(Schema):
    """The result for each report; some may be accepted and others refused."""

    taken: int
    refused: int
    items: list[LineMade]


def refused(number: int, faults: list[Fault], error: Refusal | None = None) -> dict[str, Any]:
    """Return the result for a refused report: for its faults, or for a conflict with an earlier one."""
    if error is not None:
        faults = [*faults, Fault("reference", say("other", text=error))]
    clashes = isinstance(error, KeyReusedError)
    return {
        "line": number,
        "id": None,
        "made": False,
        "clashes": clashes,
        "faults": [_plain(fault) for fault in faults],
    }


def answered(items: Iterable[dict[str, Any]]) -> Any:
    """Return the response, report by report; if none was accepted, the status says so.

    Raises:
        Problem: no report was accepted.
    """
    found = list(items)
    taken = sum(item["id"] is not None for item in found)
    if found and not taken:
        raise _nothing(found)
    answer = {"taken": taken, "refused": len(found) - taken, "items": found}
    return Status(200 if taken == len(found) else 207, answer)


def _nothing(found: list[dict[str, Any]]) -> Problem:
    told = [
        problems.Fault(_place(item["line"], fault["where"], alone=len(found) == 1), fault["what"])
        for item in found
        for fault in item["faults"]
    ]
    faults = tuple(told[:MOST_TOLD])
    if all(item["clashes"] for item in found):
        return Problem("conflict", "What you sent was not taken, for what you sent before; see errors.", faults)
    return Problem("invalid", "Nothing of what you sent can be taken; see errors.", faults)


def _place(line: int, where: str, *, alone: bool) -> str:
    return (where or "document") if alone else ", ".join(filter(None, (f"line {line}", where)))


def made_of(report: Report, made: bool) -> dict[str, Any]:
    """Return the result for a report that was sent alone."""
    missing = [line["code"] for line in report.completeness_lines if line["points"] < line["of"]]
    return {
        "id": report.pk,
        "code": report.code,
        "made": made,
        "completeness": report.completeness,
        "missing": missing,
        "faults": told_of(report),
    }


def told_of(report: Report) -> list[dict[str, str]]:
    """Return the faults of a report that did not stop it."""
    return [_plain(restored(kept)) for kept in report.faults]


def _plain(fault: Fault) -> dict[str, str]:
    return {"where": fault.path, "code": fault.what.code, "what": fault.said}
