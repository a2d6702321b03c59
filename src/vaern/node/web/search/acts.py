"""What the ledger says of a search."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

SEARCHED = Act(
    "search.records.searched", Verb.CONSULTATION, N_("{person} searched all that they may see, and found {count}")
)

ACTS = [SEARCHED]
