"""The kinds of message between members and a hub, and between members."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.arrivals import countries, meetings
from vaern.node.crosscheck.elsewhere import secrets
from vaern.node.crosscheck.hub import countries as asked
from vaern.node.crosscheck.hub import holding
from vaern.node.crosscheck.rules import hub_messages as bodies
from vaern.node.exchange.base.kinds import Kind

KINDS = (
    Kind(
        bodies.ENROLLED,
        _("Keyed values for a hub"),
        {1: bodies.Enrolled},
        take=holding.take_enrolled,
        agreed=True,
        says=_("The node that takes them is a hub: it says who works on the same, and can read no value."),
    ),
    Kind(bodies.WITHDRAWN, _("Keyed values taken back"), {1: bodies.Withdrawn}, take=holding.take_withdrawn, owed=True),
    Kind(bodies.MET, _("Somebody else works on the same"), {1: bodies.Met}, take=meetings.take_met, owed=True),
    Kind(bodies.PARTED, _("Two records have parted"), {1: bodies.Parted}, take=meetings.take_parted, owed=True),
    Kind(bodies.PASSED, _("Between two sides of a match"), {1: bodies.Passed}, take=meetings.take_passed, owed=True),
    Kind(
        bodies.COUNTRY_ASKED,
        _("A question about a country"),
        {1: bodies.CountryAsked},
        take=asked.take,
        owed=True,
    ),
    Kind(
        bodies.COUNTRY_ANSWERED,
        _("The answer about a country"),
        {1: bodies.CountryAnswered},
        take=countries.take,
        owed=True,
    ),
    Kind(
        bodies.SECRET,
        _("The key of the members"),
        {1: bodies.Shared},
        take=secrets.take,
        agreed=True,
        says=_("With it members key values for the hub. Never share it with a node that is a hub."),
    ),
)
