"""Ledger acts of this room, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

ASKED = Act("reports.domain.asked", Verb.ALTERATION, N_("{person} asked for a block of the domain of {subject}"))
SECONDED = Act("reports.domain.seconded", Verb.ALTERATION, N_("{person} seconded a block of the domain of {subject}"))
PUT = Act("reports.domain.put", Verb.DISCLOSURE, N_("{person} asked {recipient} to confirm the domain of {subject}"))
ANSWERED = Act(
    "reports.domain.answered", Verb.ALTERATION, N_("{person} answered whether the domain of {subject} is to be stopped")
)
LIFTED = Act("reports.domain.lifted", Verb.ALTERATION, N_("{person} lifted the block of the domain of {subject}"))
LAPSED = Act("reports.domain.lapsed", Verb.ALTERATION, N_("The block of the domain of {subject} lapsed"))
GONE = Act("reports.domain.gone", Verb.ALTERATION, N_("The block of the domain of {subject} ended: it is offline"))
APPEALED = Act("reports.domain.appealed", Verb.COLLECTION, N_("Somebody appealed against a domain of {subject}"))
DECIDED = Act("reports.domain.decided", Verb.ALTERATION, N_("{person} decided appeals about the domain of {subject}"))
LISTED = Act("reports.domains.listed", Verb.CONSULTATION, N_("{person} looked at the domains ({count})"))
CONSULTED = Act("reports.domain.consulted", Verb.CONSULTATION, N_("{person} opened the domain of {subject}"))
EXPORTED = Act("reports.domains.exported", Verb.DISCLOSURE, N_("{person} exported the list of domains ({count})"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
