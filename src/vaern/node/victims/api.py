"""The operations of series for programs: ask whether signals are known."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Query, Schema
from pydantic import ConfigDict, StringConstraints

from vaern.node.base.refusals import Refusal
from vaern.node.casework.reasons import told
from vaern.node.external.api import ExternalQuery, Identified, identified
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.rules.sharing import MOST_ASKED, Standing
from vaern.node.victims.sharing import hash_checks
from vaern.node.web.problems import Problem
from vaern.records import DIGEST_KINDS, PDQ_BYTES, Signal

router = GuardedRouter(tags=["series"])

SIZES = {**DIGEST_KINDS, "pdq": PDQ_BYTES}


class AskedSignalIn(Schema):
    """One hash."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["md5", "sha1", "sha256", "pdq"]
    value: Annotated[str, StringConstraints(pattern=r"^([0-9a-fA-F]{2}){16,32}$")] = Field(description="Hexadecimal.")


class KnownIn(Schema):
    """What is asked."""

    model_config = ConfigDict(extra="forbid")

    signals: list[AskedSignalIn] = Field(min_length=1, max_length=MOST_ASKED)


class KnownOut(Schema):
    """What is said of one hash."""

    kind: str
    value: str
    standing: Standing
    near: bool = Field(description="Found by a PDQ within 31 bits, and by no equal value.")
    by: list[str] = Field(description="Organisations that may be named.")
    others: bool = Field(description="Another organisation holds it: ask through the cross-check desk.")
    series: list[UUID] = Field(description="Those that you may open.")


class KnownAnswer(Schema):
    """One line for each hash, in the order in which they were asked."""

    items: list[KnownOut]


@router.operation("POST", "/series/known", permission=Permission.SERIES_VIEW, response=KnownAnswer, asks_reason=True)
def ask_known(request: HttpRequest, body: KnownIn) -> Any:
    """Ask whether somebody on this node knows hashes: safeguarded, identified, worked on. At most 200 at once."""
    signals = [Signal(one.kind, bytes.fromhex(one.value)) for one in body.signals]
    if any(len(signal.value) != SIZES[signal.kind] for signal in signals):
        raise Problem("invalid", "A value has not the length of its kind.")
    try:
        answers = hash_checks.known(viewer_of(request), told(request), signals)
    except hash_checks.TooOftenError as error:
        raise Problem(
            "too-many-requests", "Too many questions within the hour.", headers={"Retry-After": str(error.wait)}
        ) from None
    except Refusal as error:
        raise Problem("invalid", str(error)) from None
    return {
        "items": [
            {
                "kind": one.signal.kind,
                "value": one.signal.value.hex(),
                "standing": one.standing,
                "near": one.near,
                "by": [organisation.name for organisation in one.by],
                "others": one.others,
                "series": [series.pk for series in one.series],
            }
            for one in answers
        ]
    }


@router.operation("GET", "/series/identified", permission=Permission.SERIES_VIEW, asks_reason=True, response=Identified)
def find_series(request: HttpRequest, query: Query[ExternalQuery]) -> Any:
    """Find the series of your own organisation that carry an external identifier. Recorded."""
    return identified(viewer_of(request), "series", query, told(request))
