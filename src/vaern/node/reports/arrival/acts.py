"""Ledger acts of this room, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

RECEIVED = Act("reports.report.received", Verb.COLLECTION, N_("{person} brought in {subject} ({count})"))
AMENDED = Act("reports.report.amended", Verb.ALTERATION, N_("{person} sent more of {subject} (new items: {count})"))
FOUND_ALIKE = Act(
    "reports.report.found_alike",
    Verb.ALTERATION,
    N_("Files of {subject} look like those of a report that arrived at the same moment ({count})"),
)
MAPPING_USED = Act(
    "reports.mapping.used", Verb.COLLECTION, N_("{person} had a document read by {subject} (reports taken: {count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
