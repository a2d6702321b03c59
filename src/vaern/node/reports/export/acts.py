"""Ledger acts of exported reports, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

PREVIEWED = Act(
    "reports.report.document_previewed",
    Verb.CONSULTATION,
    N_("{person} looked at what a document of {subject} would hold"),
)
EXPORTED = Act(
    "reports.report.exported", Verb.DISCLOSURE, N_("{person} took {subject} out of the node as a document ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
