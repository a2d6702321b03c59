"""The lines of `tests/node/route_arguments.py` for series, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.node.route_arguments import PUBLIC, P, Route, Sees, graded, of

from vaern.node.organisations.rules import ROLES, Role
from vaern.node.scans.models import Scan
from vaern.node.victims.models import Member, Merge, MergeProposal, Separation, Take

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

_OWN = {"sees": Sees.OWNER, "arguments": of("series")}
_RELEASED = {"sees": Sees.RECIPIENT, "arguments": of("series")}
_CODE = {"arguments": lambda _side: {"code": "NOTHING"}, "empty": True}
_SENT = {"arguments": of("meeting"), "never": "nothing was disseminated in the walk"}

SHEET = {
    "victims:series-list": Route(P.SERIES_VIEW),
    **{
        f"victims:{name}": Route(P.SERIES_VIEW, **_RELEASED)
        for name in ("series", "series-files", "series-graph", "series-timeline")
    },
    "victims:series-workstation": Route(P.SERIES_RELEASE, **_OWN, step_up=True),
    "victims:series-graded": Route(P.SERIES_WORK, **_OWN),
    **graded("victims:series-", "series", P.SERIES_WORK),
    "victims:keep-series": Route(P.SERIES_WORK, **_OWN),
    "victims:work-on-series": Route(P.SERIES_WORK, **_OWN),
    "victims:leave-series": Route(P.SERIES_WORK, **_OWN),
}

CLUES = {
    "victims:weights": Route(P.SERIES_VIEW),
    "victims:add-clue": Route(P.SERIES_WORK, **_RELEASED),
    "victims:withdraw-clue": Route(P.SERIES_WORK, Sees.OWNER, lambda side: {"clue": side.clue}),
    "victims:propose-country": Route(P.SERIES_WORK, **_OWN),
    "victims:drop-country": Route(P.SERIES_WORK, **_OWN),
    "victims:own-hypothesis": Route(P.SERIES_WORK, Sees.OWNER, lambda side: {"hypothesis": side.hypothesis}),
}

SHARING = {
    "victims:received": Route(P.SERIES_VIEW),
    "victims:read-tidings": Route(P.SERIES_WORK),
    "victims:unread-tidings": Route(P.SERIES_WORK),
    "victims:known": Route(P.SERIES_VIEW),
    "victims:openness": Route(P.DESK_MANAGE),
    "victims:accept-series": Route(P.SERIES_WORK, **_SENT),
    "victims:decline-series": Route(P.SERIES_WORK, **_SENT),
    "victims:recall-series": Route(P.SERIES_RELEASE, **_SENT, step_up=True),
    "victims:disseminate": Route(P.SERIES_RELEASE, **_OWN, step_up=True),
    "victims:give-back-series": Route(P.SERIES_WORK, **_RELEASED),
    **{
        f"victims:{name}": Route(P.SERIES_WORK, **_RELEASED)
        for name in ("identify", "retract", "safeguard", "late-outcome")
    },
    **{
        f"victims:{name}": Route(P.SERIES_WORK, **_OWN)
        for name in ("analyse", "close-series", "reopen-series", "other-child")
    },
}

APPEALS = {
    "victims:public-appeals": Route(PUBLIC),
    "victims:public-appeal": Route(PUBLIC, **_CODE),
    "victims:tip": Route(PUBLIC, **_CODE),
    "victims:appeals": Route(P.SERIES_VIEW),
    "victims:write-appeal": Route(P.SERIES_WORK, **_OWN),
    "victims:appeal": Route(P.APPEAL_APPROVE, Sees.OWNER, of("appeal")),
    "victims:check-appeal": Route(P.APPEAL_APPROVE, Sees.OWNER, of("appeal")),
    "victims:withdraw-appeal": Route(P.SERIES_WORK, Sees.OWNER, of("appeal")),
}

WISHES = {
    "victims:wish-choose": Route(PUBLIC),
    "victims:wish-status": Route(PUBLIC),
    "victims:wish-form": Route(PUBLIC, arguments=lambda _side: {"name": "x"}, empty=True),
    "victims:wishes": Route(P.WISH_WORK),
    "victims:wishes-found": Route(P.REPORT_VIEW),
    **{
        f"victims:{name}": Route(P.WISH_WORK, Sees.OWNER, of("wish"))
        for name in ("wish", "note-wish", "seen-wish", "erase-wish")
    },
}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make what stands between series of an organisation: a proposal, a merge, a separation; a file and a take."""
    from tests.node.factories import make_person
    from tests.node.victims.factories import make_series

    person = make_person(min(role for role in Role if organisation.kind in ROLES[role].kinds), organisation)
    one, other, gone = (make_series(organisation) for _ in range(3))
    pair = {"organisation": organisation, "one": one, "other": other}
    file = Member.everywhere.create(series=one, organisation=organisation, source="hash", rule="by_hand")
    scan = Scan.everywhere.create(
        organisation=organisation, reference=f"taken {file.pk}", review_date=one.review_date, synthetic=True
    )
    return {
        "proposal": MergeProposal.everywhere.create(**pair, rule="pdq").pk,
        "separation": Separation.everywhere.create(**pair, separated_by=person).pk,
        "merge": Merge.everywhere.create(organisation=organisation, kept=one, absorbed=gone, rule="pdq").pk,
        "file_number": file.pk,
        "take": Take.everywhere.create(organisation=organisation, scan=scan, why="investigation").pk,
    }


def _more(name: str, argument: str) -> dict[str, object]:
    return {"sees": Sees.OWNER, "arguments": lambda side: {argument: side.more[name]}}


GROUPING = {
    "victims:proposals": Route(P.SERIES_VIEW),
    "victims:refuse-merge": Route(P.SERIES_WORK, **_more("proposal", "proposal")),
    "victims:undo-merge": Route(P.SERIES_WORK, **_more("merge", "merge")),
    "victims:lift-separation": Route(P.SERIES_WORK, **_more("separation", "separation")),
    "victims:move-file": Route(P.SERIES_WORK, **_more("file_number", "member")),
    "victims:take": Route(P.SERIES_WORK, **_more("take", "id")),
    "victims:take-progress": Route(P.SERIES_WORK, **_more("take", "id")),
    **{
        f"victims:{name}": Route(P.SERIES_WORK, **_OWN)
        for name in ("confirm-series", "unconfirm-series", "merge-series", "keep-apart", "split-series", "add-file")
    },
    "victims:erase-series": Route(P.SERIES_ERASE, **_OWN, step_up=True),
    "victims:take-scan": Route(P.SERIES_WORK, Sees.OWNER, of("scan")),
    "victims:take-report": Route(P.SERIES_WORK, Sees.OWNER, of("report")),
}

LINES: dict[str, Route] = {**SHEET, **GROUPING, **CLUES, **SHARING, **APPEALS, **WISHES}
"""Of pages, by the names of their routes."""

OPERATIONS: dict[str, Route] = {
    "POST /api/series/known": Route(P.SERIES_VIEW),
}
"""Of the API, by the names of its operations."""
