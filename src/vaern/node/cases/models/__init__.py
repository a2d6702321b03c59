"""The tables of cases, one file a subject; sealed columns hold what nobody may read from the database alone."""

from vaern.node.cases.models.case import Case

__all__ = ["Case"]
