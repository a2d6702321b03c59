"""Ledger acts of viewing stations and work packages, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

REGISTERED = Act("reports.station.registered", Verb.COLLECTION, N_("{person} registered {subject}"))
RENEWED = Act("reports.station.renewed", Verb.ALTERATION, N_("{person} asked for another licence or key of {subject}"))
CONFIRMED = Act("reports.station.confirmed", Verb.ALTERATION, N_("{person} confirmed {subject} as the second person"))
REJECTED = Act("reports.station.rejected", Verb.ALTERATION, N_("{person} did not confirm what was asked of {subject}"))
REVOKED = Act("reports.station.revoked", Verb.ALTERATION, N_("{person} revoked {subject}"))
KEY_BOUND = Act("reports.station.key_bound", Verb.ALTERATION, N_("{person} gave {subject} a key to answer with"))
NAMED = Act("reports.station.named", Verb.ALTERATION, N_("Somebody of {person} said how {subject} calls them"))
PREVIEWED = Act(
    "reports.package.previewed", Verb.CONSULTATION, N_("{person} looked at what a work package would hold ({count})")
)
GIVEN = Act(
    "reports.report.packaged",
    Verb.DISCLOSURE,
    N_("{person} gave the addresses of {subject} to {recipient} in a work package ({count})"),
)
TAKEN = Act("reports.package.taken", Verb.DISCLOSURE, N_("{person} downloaded {subject}"))
ENDED = Act("reports.package.ended", Verb.ALTERATION, N_("{person} ended {subject} before its time"))
CONSULTED = Act("reports.package.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
ANSWERED = Act(
    "reports.report.answered",
    Verb.COLLECTION,
    N_("{person} brought what a viewing station found of {subject} ({count})"),
)
EMPTIED = Act("reports.package.emptied", Verb.ERASURE, N_("The node erased the file of {subject}: its time is over"))
EXPIRED = Act("reports.package.expired", Verb.ERASURE, N_("The node erased {subject} at its end date"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
