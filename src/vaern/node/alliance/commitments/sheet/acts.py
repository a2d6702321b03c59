"""What the ledger can say of spreadsheets. What is taken of one is an act of the reply."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

FETCHED = Act("alliance.sheet.fetched", Verb.CONSULTATION, N_("{person} fetched the spreadsheet of {subject}"))
SENT = Act("alliance.sheet.sent", Verb.COLLECTION, N_("{person} sent a spreadsheet for {subject}"))
DROPPED = Act("alliance.sheet.dropped", Verb.ERASURE, N_("{person} threw a spreadsheet for {subject} away"))

ACTS = [FETCHED, SENT, DROPPED]
