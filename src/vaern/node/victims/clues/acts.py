"""What the ledger can say of clues and hypotheses, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

CLUE_ADDED = Act("victims.clue.added", Verb.COLLECTION, N_("{person} added a clue to {subject}"))
CLUE_WITHDRAWN = Act("victims.clue.withdrawn", Verb.ALTERATION, N_("{person} withdrew a clue of {subject}"))
COUNTRY_PROPOSED = Act("victims.country.proposed", Verb.ALTERATION, N_("{person} proposed a country for {subject}"))
COUNTRY_DROPPED = Act("victims.country.dropped", Verb.ALTERATION, N_("{person} took back a country of {subject}"))
HYPOTHESIS_TAKEN = Act(
    "victims.hypothesis.taken", Verb.ALTERATION, N_("{person} took over a country hypothesis of {subject}")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
