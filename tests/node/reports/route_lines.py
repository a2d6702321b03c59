"""The lines of `tests/node/route_arguments.py` for reports, room by room. Each room adds its own block at its place."""

from __future__ import annotations

from django.utils import timezone
from tests.node.route_arguments import PUBLIC, REFUSED, P, Route, Sees, Side, of

__all__ = ["LINES", "PUBLIC", "REFUSED", "Side"]

_OWN = {"sees": Sees.OWNER, "arguments": of("report")}
_RELEASED = {"sees": Sees.RECIPIENT, "arguments": of("report")}

DESK = {
    "reports:worklist": Route(P.REPORT_VIEW),
    "reports:numbers": Route(P.REPORT_VIEW),
    "reports:live": Route(P.REPORT_VIEW),
    "reports:bulk": Route(P.REPORT_ASSESS),
    "reports:views": Route(P.REPORT_VIEW),
    "reports:forget-view": Route(P.REPORT_VIEW, arguments=lambda _side: {"id": 2**40}),
    "reports:prefer": Route(P.REPORT_VIEW),
    "reports:desk": Route(P.DESK_MANAGE),
    "reports:report": Route(P.REPORT_VIEW, **_RELEASED),
    "reports:original": Route(
        P.REPORT_ASSESS, sees=Sees.OWNER, arguments=lambda side: {**of("report")(side), "number": 1}
    ),
    "reports:claim": Route(P.REPORT_ASSESS, **_OWN),
    "reports:give-back": Route(P.REPORT_ASSESS, **_OWN),
    "reports:duplicate": Route(P.REPORT_ASSESS, **_OWN),
    "reports:separate": Route(P.REPORT_ASSESS, **_OWN),
}

_MAPPING = {"sees": Sees.OWNER, "arguments": lambda side: {"id": side.more["mapping"]}}
_VERSION = {"sees": Sees.OWNER, "arguments": lambda side: {"id": side.more["mapping"], "number": 1}}

MAPPINGS = {
    "reports:bring-in": Route(P.REPORT_SEND),
    "reports:write-down": Route(P.REPORT_ASSESS),
    "reports:write-report": Route(P.REPORT_SEND),
    "reports:mappings": Route(P.DESK_MANAGE),
    "reports:new-mapping": Route(P.DESK_MANAGE),
    "reports:draft-mapping": Route(P.DESK_MANAGE),
    **{
        f"reports:{name}": Route(P.DESK_MANAGE, **_MAPPING)
        for name in ("mapping", "change-mapping", "redraft-mapping", "retire-mapping", "resume-mapping")
    },
    "reports:mapping-file": Route(P.DESK_MANAGE, **_VERSION),
    "reports:use-mapping": Route(P.DESK_MANAGE, **_VERSION),
}

FORWARDING = {
    "reports:forwarded": Route(P.REPORT_VIEW),
    "reports:recall-forward": Route(
        P.REPORT_FORWARD, arguments=of("report"), step_up=True, never="nothing was forwarded in the walk"
    ),
    "reports:sent": Route(P.REPORT_SENT),
    "reports:sent-report": Route(
        P.REPORT_SENT, arguments=of("report"), never="the report of the walk was sent by none"
    ),
    "reports:forward": Route(P.REPORT_FORWARD, **_OWN, step_up=True),
    "reports:outcome": Route(P.REPORT_ASSESS, **_OWN),
    "reports:finish": Route(P.REPORT_ASSESS, **_OWN),
    "reports:reopen": Route(P.REPORT_ASSESS, **_OWN),
    "reports:keep": Route(P.REPORT_ASSESS, **_OWN),
    "reports:erase": Route(P.REPORT_ERASE, **_OWN, step_up=True),
}

PUBLIC_ROOM = {
    "reports:help": Route(PUBLIC),
    "reports:report-choose": Route(PUBLIC),
    "reports:report-receipt": Route(PUBLIC),
    "reports:report-form": Route(PUBLIC, arguments=lambda _side: {"name": "x"}, empty=True),
    "reports:words": Route(P.REPORT_VIEW),
    "reports:answer": Route(P.REPORT_ASSESS, **_OWN),
    "reports:words-read": Route(P.REPORT_ASSESS, **_OWN),
    "reports:words-unread": Route(P.REPORT_ASSESS, **_OWN),
}

EXPORT = {"reports:export": Route(P.REPORT_EXPORT, **_OWN, step_up=True)}

EXPORT_OPERATIONS = {
    "POST /api/reports/{uuidstr:id}/document": Route(P.REPORT_EXPORT, Sees.OWNER, of("report")),
}

_OPERATIONS_OF_NCMEC = ("status", "xsd", "submit", "upload", "fileinfo", "finish", "retract")
_BY_KEY = "it answers programs that give a key as the password of HTTP Basic, and no session"
SUBMISSION = {
    **{f"reports:ispws-{name}": Route(PUBLIC, never=_BY_KEY) for name in _OPERATIONS_OF_NCMEC},
    **{
        f"reports:ispws-to-{name}": Route(PUBLIC, arguments=lambda side: {"to": side.organisation}, never=_BY_KEY)
        for name in _OPERATIONS_OF_NCMEC
    },
}

_STATION = {"sees": Sees.OWNER, "arguments": lambda side: {"id": side.more["station"]}}
_PACKAGE = {"sees": Sees.OWNER, "arguments": lambda side: {"id": side.more["package"]}}

VIEWING = {
    "reports:stations": Route(P.STATION_KEEP),
    "reports:new-station": Route(P.STATION_KEEP),
    **{
        f"reports:{name}": Route(P.STATION_KEEP, **_STATION)
        for name in ("station", "renew-station", "reject-station", "revoke-station", "station-me")
    },
    "reports:confirm-station": Route(P.STATION_KEEP, **_STATION, step_up=True),
    "reports:station-key": Route(P.STATION_KEEP, **_STATION, step_up=True),
    "reports:packages": Route(P.REPORT_ASSESS),
    "reports:new-package": Route(P.REPORT_EXPORT, step_up=True),
    "reports:package": Route(P.REPORT_ASSESS, **_PACKAGE),
    "reports:package-file": Route(P.REPORT_EXPORT, **_PACKAGE, step_up=True),
    "reports:end-package": Route(P.REPORT_ASSESS, **_PACKAGE),
    "reports:package-vics": Route(P.REPORT_ASSESS, **_PACKAGE),
}

VIEWING_OPERATIONS = {
    "POST /api/packages/{uuidstr:id}/answers": Route(
        P.STATION_ANSWER, Sees.OWNER, lambda side: {"id": side.more["package"]}
    ),
}

ASSESSMENT = {
    "reports:assess": Route(P.REPORT_ASSESS, **_OWN),
    "reports:from-station": Route(P.REPORT_ASSESS, **_OWN),
    "reports:law": Route(P.REPORT_ASSESS, **_OWN),
    "reports:same": Route(P.REPORT_ASSESS, sees=Sees.OWNER, arguments=lambda side: {"id": side.report, "number": 1}),
    "reports:undo": Route(P.REPORT_ASSESS, **_OWN),
    "reports:grounds": Route(P.REPORT_VIEW),
    "reports:next": Route(P.REPORT_ASSESS),
    "reports:together": Route(P.REPORT_ASSESS),
}

EXPOSURE = {
    "reports:exposure": Route(P.WELFARE_OWN),
    "reports:not-now": Route(P.WELFARE_OWN),
    "reports:welfare": Route(P.WELFARE_LEAD),
    "reports:welfare-person": Route(P.WELFARE_LEAD, Sees.OWNER, of("person")),
}

_LOCATION = {"sees": Sees.OWNER, "arguments": lambda side: {"id": side.report, "location": side.location}}
_BLOCK = {"sees": Sees.OWNER, "arguments": lambda side: {"block": side.block}}

TAKEDOWN = {
    "reports:portal": Route(PUBLIC, arguments=lambda _side: {"token": "x"}, never="the token is none"),
    "reports:appeal": Route(PUBLIC, arguments=lambda _side: {"token": "x"}, never="the token is none"),
    "reports:still-up": Route(P.REPORT_TAKEDOWN),
    "reports:check-many": Route(P.REPORT_TAKEDOWN),
    "reports:removal": Route(P.REPORT_TAKEDOWN),
    "reports:hosts": Route(P.REPORT_TAKEDOWN),
    "reports:new-host": Route(P.REPORT_TAKEDOWN),
    "reports:host": Route(P.REPORT_TAKEDOWN, Sees.OWNER, lambda side: {"host": side.host}),
    "reports:blocks": Route(P.REPORT_TAKEDOWN),
    "reports:export-blocks": Route(P.REPORT_TAKEDOWN, step_up=True),
    "reports:block": Route(P.REPORT_TAKEDOWN, **_BLOCK),
    "reports:renew-block": Route(P.REPORT_TAKEDOWN, **_BLOCK),
    "reports:lift-block": Route(P.REPORT_TAKEDOWN, **_BLOCK),
    "reports:decide-appeal": Route(P.REPORT_TAKEDOWN, **_BLOCK),
    "reports:pursue": Route(P.REPORT_TAKEDOWN, **_OWN),
    **{
        f"reports:{name}": Route(P.REPORT_TAKEDOWN, **_LOCATION)
        for name in (
            "location",
            "trace",
            "tell-police",
            "notify",
            "remind",
            "escalate",
            "check",
            "follow",
            "stop",
            "correct",
            "make-block",
        )
    },
    "reports:hold": Route(P.REPORT_HOLD, **_LOCATION),
    "reports:end-hold": Route(P.REPORT_HOLD, **_LOCATION),
}

_DOMAIN = {"sees": Sees.OWNER, "arguments": lambda side: {"block": side.more["domain"]}}

DOMAINS = {
    "reports:stopped": Route(PUBLIC),
    "reports:domains": Route(P.REPORT_TAKEDOWN),
    "reports:export-domains": Route(P.REPORT_TAKEDOWN, step_up=True),
    **{
        f"reports:{name}": Route(P.REPORT_TAKEDOWN, **_DOMAIN)
        for name in ("domain", "second-domain", "put-domain", "lift-domain", "decide-domain")
    },
    "reports:answer-domain": Route(
        P.REPORT_TAKEDOWN, arguments=lambda side: {"block": side.more["domain"]}, never="it was put to nobody"
    ),
    "reports:ask-domain": Route(P.REPORT_TAKEDOWN, **_LOCATION),
}

_YEAR = lambda _side: {"year": timezone.localdate().year}  # noqa: E731 - as the others
FLAGGING = {
    "reports:published-flaggers": Route(PUBLIC),
    "reports:published-flagger-file": Route(
        PUBLIC,
        arguments=lambda side: {"id": side.organisation, **_YEAR(side), "form": "csv"},
        never="none is published",
    ),
    "reports:flagger-latest": Route(P.DESK_MANAGE),
    "reports:flagger-independence": Route(P.DESK_MANAGE),
    "reports:flagger": Route(P.DESK_MANAGE, arguments=_YEAR),
    "reports:flagger-close": Route(P.DESK_MANAGE, arguments=_YEAR),
    "reports:flagger-file": Route(P.DESK_MANAGE, arguments=lambda side: {**_YEAR(side), "form": "csv"}),
    "reports:flagger-deliver": Route(P.DESK_MANAGE, arguments=_YEAR, never="no year was closed in the walk"),
}

TAKEDOWN_OPERATIONS = {
    "POST /api/reports/locations/{uuidstr:id}/checks": Route(P.REPORT_TAKEDOWN, Sees.OWNER, of("location")),
}

TRIAGE = {"reports:triage": Route(P.REPORT_VIEW)}

LINES: dict[str, Route] = {
    **TRIAGE,
    **TAKEDOWN,
    **DOMAINS,
    **FLAGGING,
    **VIEWING,
    **ASSESSMENT,
    **EXPOSURE,
    **PUBLIC_ROOM,
    **DESK,
    **MAPPINGS,
    **FORWARDING,
    **EXPORT,
    **SUBMISSION,
}
"""Of pages, by the names of their routes."""

FORWARDING_OPERATIONS = {
    "GET /api/reports/sent": Route(P.REPORT_SENT),
    "GET /api/reports/sent/{uuidstr:id}": Route(
        P.REPORT_SENT, arguments=of("report"), never="the report of the walk was sent by none"
    ),
}

INTAKE_OPERATIONS = {
    "POST /api/reports": Route(P.REPORT_SEND),
    "POST /api/reports/documents": Route(P.REPORT_SEND),
    "POST /api/reports/batch": Route(P.REPORT_SEND),
}

OPERATIONS: dict[str, Route] = {
    **TAKEDOWN_OPERATIONS,
    **INTAKE_OPERATIONS,
    **FORWARDING_OPERATIONS,
    **EXPORT_OPERATIONS,
    **VIEWING_OPERATIONS,
}
"""Of the API, by the names of its operations."""
