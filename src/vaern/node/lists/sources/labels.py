"""Kinds of sources and outcomes of fetching, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.lists.rules.sources import AgeFault, Outcome, SourceKind

KINDS: dict[SourceKind, Any] = {
    SourceKind.NCMEC: _("NCMEC hash sharing, version 2"),
    SourceKind.STOPNCII: _("StopNCII"),
    SourceKind.THREATEXCHANGE: _("ThreatExchange"),
    SourceKind.TABLE: _("A table (CSV) at an address: all of the list each time"),
    SourceKind.RELEASES: _("Signed releases (TUF), from a repository or any mirror of it"),
}

AGE_FAULTS: dict[AgeFault, tuple[str, Any]] = {
    AgeFault.STOPS_FIRST: (
        "stop_days",
        _("It would stop before anybody is warned of it: let it stop later, or warn earlier."),
    ),
    AgeFault.ALWAYS_WARNS: (
        "warn_days",
        _(
            "It is fetched every %(n)s hours, and would be warned of before each fetch: let it be warned of later, or "
            "fetch it more often."
        ),
    ),
    AgeFault.ALWAYS_STOPS: (
        "stop_days",
        _(
            "It is fetched every %(n)s hours. Before a list stops it is warned of, here before each fetch: let it stop "
            "later, or fetch it more often."
        ),
    ),
}
"""What is wrong with how old a list may get: in which field, and what to do."""

OUTCOMES: dict[Outcome, tuple[Any, str]] = {
    Outcome.NEVER: (_("Not fetched yet"), "neutral"),
    Outcome.TAKEN: (_("Fetched and taken in"), "good"),
    Outcome.NOTHING: (_("Nothing had changed"), "good"),
    Outcome.WAITS: (_("Waits for your decision"), "warning"),
    Outcome.FAILED: (_("Failed"), "bad"),
    Outcome.REJECTED: (_("Rejected: what it withdraws is taken, the rest not until somebody says so"), "warning"),
}
