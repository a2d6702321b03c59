"""Ledger acts of exposure: that a person declared, never how much; that a welfare lead looked, and at whom.

Personal limits are recorded without a person, so that no list of the ledger shows who needed a pause.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

DECLARED = Act("reports.exposure.declared", Verb.ALTERATION, N_("{person} declared what they looked at of {subject}"))
SETTINGS_CHANGED = Act(
    "reports.exposure.set", Verb.ALTERATION, N_("Somebody of {person} changed what is put before them")
)
CONSULTED = Act(
    "reports.exposure.consulted", Verb.CONSULTATION, N_("{person} looked, as welfare lead, at exposure ({count})")
)
PERSON_CONSULTED = Act(
    "reports.exposure.person_consulted",
    Verb.CONSULTATION,
    N_("{person} looked, as welfare lead, at the exposure of {subject}"),
)
ERASED = Act(
    "reports.exposure.erased", Verb.ERASURE, N_("The node erased declarations of exposure at their end date ({count})")
)

ACTS = [act for act in globals().values() if isinstance(act, Act)]
