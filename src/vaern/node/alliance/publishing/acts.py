"""What the ledger can say of public releases."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

RELEASED = Act(
    "alliance.figures.released",
    Verb.DISCLOSURE,
    N_("{person} released figures of the alliance to the public ({count})"),
)
CORRECTED = Act(
    "alliance.figures.corrected", Verb.DISCLOSURE, N_("{person} corrected released figures of the alliance ({count})")
)

CAME = Act("alliance.figures.came", Verb.COLLECTION, N_("{person} on another node told of {subject}"))

ACTS = [RELEASED, CORRECTED, CAME]
