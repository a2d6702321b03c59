"""What the ledger can say of documents that come back from a workstation; what is taken of them, their apps say."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

BEGUN = Act("casework.graded.begun", Verb.COLLECTION, N_("{person} sent graded VICS for {subject}"))
READ = Act("casework.graded.read", Verb.COMBINATION, N_("The node compared graded VICS with {subject} ({count})"))
DECIDED = Act(
    "casework.graded.decided", Verb.ALTERATION, N_("{person} decided to take graded VICS for {subject} ({count})")
)
REJECTED = Act("casework.graded.rejected", Verb.ERASURE, N_("{person} rejected graded VICS for {subject}"))
EXPIRED = Act(
    "casework.graded.expired", Verb.ERASURE, N_("The node erased graded VICS for {subject} that nobody decided on")
)
ACTS = [BEGUN, READ, DECIDED, REJECTED, EXPIRED]
