"""Answers of a viewing station over the API: its key does this and nothing else."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID  # noqa: TC003 - resolved by pydantic

import msgspec
from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Schema, Status
from pydantic import StringConstraints

from vaern.formats import work_package
from vaern.node.casework.reasons import told
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.intake.schemas import MIME, Moment, Strict
from vaern.node.reports.rules.stations import Door
from vaern.node.reports.viewing import answers, queries
from vaern.node.reports.viewing.labels import WRONG
from vaern.node.web import problems
from vaern.node.web.problems import Problem

router = GuardedRouter(tags=["packages"])

MOST_AT_ONCE = 1_000
"""Answers in one request; a station sends more of them in several."""

MOST_TOLD = 500


class FoundFileIn(Strict):
    """One file that was found: its hashes. The file itself stays where it is."""

    md5: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{32}$")] | None = None
    sha1: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{40}$")] | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{64}$")] | None = None
    pdq: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{64}$")] | None = None
    mime: Annotated[str, StringConstraints(pattern=MIME, max_length=100)] = ""
    size: int = Field(0, ge=0, le=2**53)


class AnswerIn(Strict):
    """What was found at one item, by whom."""

    report: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,20}$")] = Field(
        description="Code, as in the package."
    )
    item: int = Field(ge=1, le=2**31 - 1, description="Number, as in the package.")
    at: Moment = Field(description="When, with zone.")
    found: Literal["there", "gone", "other"]
    looked: Literal["whole", "part", "nothing"]
    by: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,40}$")] = Field(
        "", description="The station's own pseudonym of the licensed person. Never a name."
    )
    severity: int = Field(1, ge=1, le=3, description="How heavy it was for that person, as they say.")
    baseline: bool | None = Field(None, description="INTERPOL's baseline; null where it cannot be told.")
    class_: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,40}$")] = Field(
        "", alias="class", description="A class of the package's scheme; empty for none."
    )
    marks: list[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]] = Field([], max_length=20)
    files: list[FoundFileIn] = Field([], max_length=work_package.MOST_FILES)


class AnswersIn(Strict):
    """Answers to some or all items of a package."""

    format: Literal["vaern-answers/1"]
    package: UUID
    answers: list[AnswerIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class TakenAnswerOut(Schema):
    """What became of one answer."""

    report: str
    item: int
    taken: bool = Field(description="False: it has faults, and the others do not suffer for it.")
    made: bool = Field(description="False: it came before, or has faults.")
    faults: list[dict[str, str]]


class AnswersOut(Schema):
    """What became of each answer, in their order."""

    taken: int
    refused: int
    items: list[TakenAnswerOut]


@router.operation(
    "POST",
    "/packages/{uuid:id}/answers",
    permission=Permission.STATION_ANSWER,
    asks_reason=True,
    response={200: AnswersOut, 207: AnswersOut},
)
def answer_package(request: HttpRequest, id: Path[UUID], given: AnswersIn) -> Any:
    """Say what a viewing station found at the items of a package. The same answer again makes no second one.

    Answers may come in parts. 200: all were taken; 207: some; 422: none, for what is wrong.
    """
    viewer, reason = viewer_of(request), told(request)
    station = queries.of_key(viewer)
    if station is None:
        raise Problem("forbidden", "This key is of no viewing station that may answer now.")
    package = queries.package(id)
    if package is None or package.station_id != station.pk or given.package != id:
        raise Problem("not-found", "There is nothing at this address, or nothing that this key may know of.")
    outcomes = answers.take(viewer, reason, package, [_record(one) for one in given.answers], Door.API)
    refused = sum(bool(one.faults) for one in outcomes)
    if refused == len(outcomes):
        raise Problem("invalid", "No answer was taken; see errors.", _told(outcomes))
    items = [_said(one) for one in outcomes]
    return Status(207 if refused else 200, {"taken": len(items) - refused, "refused": refused, "items": items})


def _record(given: AnswerIn) -> work_package.Answer:
    return msgspec.convert(given.model_dump(by_alias=True), work_package.Answer)


def _said(one: answers.Outcome) -> dict[str, Any]:
    faults = [{"where": where, "code": what.value, "what": str(WRONG[what])} for where, what in one.faults]
    return {
        "report": one.answer.report,
        "item": one.answer.item,
        "taken": not one.faults,
        "made": one.made,
        "faults": faults,
    }


def _told(outcomes: list[answers.Outcome]) -> tuple[problems.Fault, ...]:
    """Return the faults, each with its report, item and field."""
    found = [
        problems.Fault(
            f"answers.{n} ({work_package.ref(one.answer.report, one.answer.item)}).{where}", str(WRONG[what])
        )
        for n, one in enumerate(outcomes)
        for where, what in one.faults
    ]
    return tuple(found[:MOST_TOLD])
