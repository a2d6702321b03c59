"""Investigations: people, identifiers, evidence, outcomes, and legal assistance with its clocks."""
