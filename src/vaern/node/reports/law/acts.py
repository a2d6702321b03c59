"""Ledger acts of the law: that it stopped a report, and how a person decided."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LAW_CONSULTED = Act("reports.law.consulted", Verb.CONSULTATION, N_("{person} looked at what the law says of {subject}"))
STOPPED_FOR_LAW = Act(
    "reports.law.stopped", Verb.ALTERATION, N_("{person} stopped {subject}: a legal ground was not in force")
)
LAPSED = Act("reports.law.lapsed", Verb.ALTERATION, N_("{subject} was stopped: its legal ground is no longer in force"))
CLEARED_FOR_LAW = Act("reports.law.cleared", Verb.ALTERATION, N_("{person} let {subject} go on after a legal review"))
CLOSED_FOR_LAW = Act("reports.law.closed", Verb.ALTERATION, N_("{person} ended {subject} after a legal review"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
