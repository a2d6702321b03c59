"""What the ledger can say of disclosures, as sentences: each step for both sides, naming only one's own."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ASKED = Act("crosscheck.reveal.asked", Verb.ALTERATION, N_("{person} asked the other side of {subject} who it is"))
WAS_ASKED = Act("crosscheck.reveal.came", Verb.COLLECTION, N_("Somebody asked who works on {subject}"))
AGREED = Act("crosscheck.reveal.agreed", Verb.DISCLOSURE, N_("{recipient} was told who works on {subject}"))
AGREED_ELSEWHERE = Act(
    "crosscheck.reveal.agreed_elsewhere",
    Verb.DISCLOSURE,
    N_("The other side of {subject}, on another node, was told who works on it"),
)
INTRODUCED = Act(
    "crosscheck.reveal.introduced", Verb.COLLECTION, N_("The other side of {subject} said on another node who it is")
)
REFUSED = Act("crosscheck.reveal.refused", Verb.ALTERATION, N_("{person} does not say who works on {subject}"))
WAS_REFUSED = Act("crosscheck.reveal.declined", Verb.COLLECTION, N_("The other side of {subject} stays unnamed"))
WITHDRAWN = Act("crosscheck.reveal.withdrawn", Verb.ALTERATION, N_("{person} took back the question about {subject}"))
WAS_WITHDRAWN = Act("crosscheck.reveal.gone", Verb.COLLECTION, N_("Nobody asks any more who works on {subject}"))
EXPIRED = Act("crosscheck.reveal.expired", Verb.ALTERATION, N_("A question about {subject} was not answered in time"))
RECALLED = Act("crosscheck.reveal.recalled", Verb.ALTERATION, N_("It is no longer shown who works on {subject}"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
