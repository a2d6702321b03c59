"""The reason recorded for reading lists of reports."""

from __future__ import annotations

from vaern.node.ledger.rules import Reason, Why

TO_WORK = Reason(Why.ASSESSMENT)
"""Why people look at the list and claim: to find their work in it. They are asked when they open one."""
