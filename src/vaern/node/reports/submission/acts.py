"""Ledger acts of submissions, beside those of every incoming report, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

FINISHED = Act(
    "reports.submission.finished", Verb.ALTERATION, N_("{person} said that {subject} is whole (files: {count})")
)
RETRACTED = Act(
    "reports.submission.retracted", Verb.ALTERATION, N_("{person} took {subject} back, which they had sent")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
