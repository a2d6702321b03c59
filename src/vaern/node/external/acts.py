"""What the ledger can say of external identifiers, as sentences; each entry is about the record."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ADDED = Act(
    "external.identifier.added", Verb.COLLECTION, N_("{person} added an external identifier to {subject} ({count})")
)
CORRECTED = Act(
    "external.identifier.corrected",
    Verb.ALTERATION,
    N_("{person} corrected an external identifier of {subject} ({count})"),
)
WITHDRAWN = Act(
    "external.identifier.withdrawn",
    Verb.ALTERATION,
    N_("{person} withdrew an external identifier of {subject} ({count})"),
)
RESTORED = Act(
    "external.identifier.restored",
    Verb.ALTERATION,
    N_("{person} put an external identifier of {subject} back ({count})"),
)
SEARCHED = Act(
    "external.identifiers.searched",
    Verb.CONSULTATION,
    N_("{person} looked for an external identifier (records found: {count})"),
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
