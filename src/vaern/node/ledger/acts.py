"""The acts of the ledger itself."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import ERASURE_ACT, Act, Verb

NOTE_ERASED = Act(ERASURE_ACT, Verb.ERASURE, N_("{person} erased words that were typed with entries ({count})"))

LOG_KNOWN = Act("ledger.witnessed.known", Verb.ALTERATION, N_("{person} witnesses another node’s ledger from now on"))
LOG_FORKED = Act(
    "ledger.witnessed.forked",
    Verb.COLLECTION,
    N_("{person} was shown two histories of another node’s ledger, both signed with its key"),
)
WITNESS_KNOWN = Act(
    "ledger.witness.known", Verb.ALTERATION, N_("{person} has the ledger witnessed by another from now on")
)
WITNESS_ENDED = Act("ledger.witness.ended", Verb.ALTERATION, N_("{person} ended that ledgers are witnessed ({count})"))
WITNESS_CONTRADICTS = Act(
    "ledger.witness.contradicts", Verb.COLLECTION, N_("{person} was told by a witness that the ledger is another one")
)

ACTS = [NOTE_ERASED, LOG_KNOWN, LOG_FORKED, WITNESS_KNOWN, WITNESS_ENDED, WITNESS_CONTRADICTS]
