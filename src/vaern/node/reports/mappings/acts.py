"""Ledger acts of mappings, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import Act, Verb

MADE = Act("reports.mapping.made", Verb.COLLECTION, N_("{person} made the mapping {subject}"))
CHANGED = Act("reports.mapping.changed", Verb.ALTERATION, N_("{person} changed {subject}; its version is now {count}"))
PUT_IN_USE = Act(
    "reports.mapping.put_in_use", Verb.ALTERATION, N_("{person} put another version of {subject} in use ({count})")
)
RETIRED = Act("reports.mapping.retired", Verb.ALTERATION, N_("{person} retired {subject}"))
RESUMED = Act("reports.mapping.resumed", Verb.ALTERATION, N_("{person} took {subject} into use again"))

ACTS = [act for act in globals().values() if isinstance(act, Act)]
