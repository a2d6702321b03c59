"""What the ledger can say of cases, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

LISTED = Act("cases.cases.listed", Verb.CONSULTATION, N_("{person} looked at the list of cases ({count})"))
SEARCHED = Act("cases.cases.searched", Verb.CONSULTATION, N_("{person} searched for cases and found {count}"))
CONSULTED = Act("cases.case.consulted", Verb.CONSULTATION, N_("{person} opened {subject}"))
OPENED = Act("cases.case.opened", Verb.COLLECTION, N_("{person} opened a new case, {subject}"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
