"""The ledger's acts on rows of law."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Subject, Verb

ROWS = Subject("law_row")

LISTED = Act("law.rows.listed", Verb.CONSULTATION, N_("{person} looked at rows of law ({count})"))
EXPORTED = Act("law.rows.exported", Verb.DISCLOSURE, N_("{person} exported rows of law ({count})"))
VERIFIED = Act("law.row.verified", Verb.ALTERATION, N_("{person} verified a row of law"))
LIST_VERIFIED = Act("law.rows.verified", Verb.ALTERATION, N_("{person} verified rows of law at once ({count})"))
CORRECTED = Act("law.row.corrected", Verb.ALTERATION, N_("{person} corrected a row of law"))
ADDED = Act("law.row.added", Verb.COLLECTION, N_("{person} added a row of law"))
WITHDRAWN = Act("law.row.withdrawn", Verb.ALTERATION, N_("{person} withdrew a row of law"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
