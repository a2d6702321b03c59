"""What the ledger can say of the evidence register, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

REGISTERED = Act("cases.evidence.registered", Verb.COLLECTION, N_("{person} registered evidence in {subject}"))
HANDED_OVER = Act("cases.evidence.handed_over", Verb.ALTERATION, N_("{person} handed over evidence of {subject}"))
ARRIVED = Act("cases.evidence.arrived", Verb.COLLECTION, N_("Evidence came with {subject}"))
RECEIVED = Act("cases.evidence.received", Verb.ALTERATION, N_("{person} received evidence of {subject}"))
MOVED = Act("cases.evidence.moved", Verb.ALTERATION, N_("{person} moved evidence of {subject}"))
EXAMINED = Act("cases.evidence.examined", Verb.ALTERATION, N_("{person} had evidence of {subject} examined"))
CHECKED = Act("cases.evidence.checked", Verb.CONSULTATION, N_("{person} checked a digest of evidence of {subject}"))
DIFFERED = Act(
    "cases.evidence.differed", Verb.CONSULTATION, N_("{person} found that evidence of {subject} has changed")
)
RESEALED = Act("cases.evidence.resealed", Verb.ALTERATION, N_("{person} put a new seal on evidence of {subject}"))
CORRECTED = Act("cases.evidence.corrected", Verb.ALTERATION, N_("{person} corrected the register of {subject}"))
RETURNED = Act("cases.evidence.returned", Verb.ALTERATION, N_("{person} returned evidence of {subject}"))
CAME_BACK = Act("cases.evidence.came_back", Verb.ALTERATION, N_("{person} took back evidence of {subject}"))
DESTROYED = Act("cases.evidence.destroyed", Verb.ALTERATION, N_("{person} recorded evidence of {subject} as destroyed"))
CONSULTED = Act("cases.evidence.consulted", Verb.CONSULTATION, N_("{person} opened evidence of {subject}"))

BAG_MADE = Act("cases.bag.made", Verb.DISCLOSURE, N_("{person} exported the evidence register of {subject}"))
BAG_FETCHED = Act("cases.bag.fetched", Verb.DISCLOSURE, N_("{person} fetched an evidence bag of {subject}"))
BAG_CAME = Act("cases.bag.came", Verb.COLLECTION, N_("An evidence bag came with {subject}"))
BAG_STAMPED = Act("cases.bag.stamped", Verb.ALTERATION, N_("An evidence bag of {subject} was time-stamped"))
STAMP_ASKED = Act(
    "cases.bag.stamp_asked", Verb.DISCLOSURE, N_("The digest of an evidence bag of {subject} was sent out")
)
BAG_VERIFIED = Act("cases.bag.verified", Verb.CONSULTATION, N_("{person} checked a bag from outside"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
