"""What is asked of an organisation that a recall concerns."""

from __future__ import annotations

from vaern.node.casework.forms import WorkForm


class AcknowledgeEffectForm(WorkForm):
    """That an organisation knows of a recall, and what it did."""
