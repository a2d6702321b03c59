"""The trigger that keeps a chain of custody whole: an event goes only when its evidence goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger

from vaern.node.ledger.triggers import Unconditional, UnconditionalSql

if TYPE_CHECKING:
    from django.db import models
    from pgtrigger import compiler


class DeferredSql(UnconditionalSql):
    """The SQL of a trigger that looks when the transaction ends: by then a cascade has removed the evidence too."""

    def get_template(self) -> str:
        """Return the template; migrations refer to it, so it is never edited."""
        plain = super().get_template()
        return plain.replace("CREATE TRIGGER", "CREATE CONSTRAINT TRIGGER").replace(
            "FOR EACH", "DEFERRABLE INITIALLY DEFERRED FOR EACH"
        )


class Deferred(Unconditional):
    """A trigger of that kind."""

    def compile(self, model: models.Model) -> compiler.Trigger:
        """Return the trigger as a migration keeps it."""
        made = super().compile(model)
        made.sql = DeferredSql(**made.sql.kwargs)
        return made


ONLY_WITH_EVIDENCE = Deferred(
    name="only_with_evidence",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    func="""
    IF EXISTS (SELECT FROM cases_evidence WHERE id = OLD.evidence_id) THEN
        RAISE EXCEPTION 'an event of custody is removed only together with its evidence'
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
""",
)
"""Whoever erases a case erases its evidence and all events with it; nobody removes one event. IntegrityError then."""
