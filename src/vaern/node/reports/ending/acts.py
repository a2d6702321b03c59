"""Ledger acts of the end of reports, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

COPY_ERASED = Act(
    "reports.copy.erased",
    Verb.ERASURE,
    N_("The node erased {subject}: its sender recalled it, and nobody had worked on it"),
)
FINISHED = Act("reports.report.finished", Verb.ALTERATION, N_("{person} closed {subject}: everything is done"))
REOPENED = Act("reports.report.reopened", Verb.ALTERATION, N_("{person} opened {subject} again"))
PROLONGED = Act("reports.report.prolonged", Verb.ALTERATION, N_("{person} decided that {subject} is still needed"))
GIVEN_TIME = Act(
    "reports.report.given_time",
    Verb.ALTERATION,
    N_("The node kept {subject} beyond its end date, once: it is urgent and still open"),
)
KEPT_FOR_BLOCK = Act(
    "reports.report.kept_for_block",
    Verb.ALTERATION,
    N_("The node kept {subject} until the review date of its entry on the blocking list"),
)
ERASED = Act("reports.report.erased", Verb.ERASURE, N_("{person} erased {subject} with all that hangs on it ({count})"))
EXPIRED = Act(
    "reports.report.expired",
    Verb.ERASURE,
    N_("The node erased {subject} with all that hangs on it ({count}) at its end date"),
)
LINK_EXPIRED = Act(
    "reports.forward.expired",
    Verb.ERASURE,
    N_("The node erased that {subject} was forwarded to {recipient}: the report is gone on both sides"),
)
HEIR = Act(
    "reports.report.heir",
    Verb.ALTERATION,
    N_("The node put {subject} on the work list: the report that it repeated was erased"),
)
LEFT_CONSULTED = Act(
    "reports.report.left_consulted", Verb.CONSULTATION, N_("{person} looked at what of {subject} has left the house")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
