"""The acts of the ledger itself."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_

from vaern.node.ledger.rules import ERASURE_ACT, Act, Verb

NOTE_ERASED = Act(ERASURE_ACT, Verb.ERASURE, N_("{person} erased words that were typed with entries ({count})"))

ACTS = [NOTE_ERASED]
