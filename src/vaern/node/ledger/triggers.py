"""The ledger's triggers: what the database refuses to everybody, including the owner of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from pgtrigger import compiler

from vaern.node.ledger.rules import ERASURE_ACT

if TYPE_CHECKING:
    from django.db import models


class UnconditionalSql(compiler.UpsertTriggerSql):
    """The SQL that installs a trigger, without django-pgtrigger's bypass.

    The library's template lets any session disable a trigger by setting `pgtrigger.ignore`. Here only `ALTER TABLE` or
    a superuser's `session_replication_role` can; `vaern ledger verify` detects changes made after either.
    """

    def get_template(self) -> str:
        """Return the template; migrations depend on it, so it is never edited."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid}
                {when} {operation} ON {table}
                FOR EACH {level}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Unconditional(pgtrigger.Trigger):
    """A trigger that cannot be ignored."""

    def compile(self, model: models.Model) -> compiler.Trigger:
        """Return the trigger as stored in a migration."""
        return compiler.Trigger(
            name=self.name,
            sql=UnconditionalSql(
                pgid=self.get_pgid(model),
                func=self.render_func(model),
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                level=self.level,
                execute=self.render_execute(model),
            ),
        )


REFUSED = """
    RAISE EXCEPTION 'the ledger is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
"""

APPEND_ONLY = Unconditional(
    name="append_only",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func=REFUSED,
)
"""Rows are added and never changed or removed. IntegrityError otherwise."""

NOT_CHANGED = Unconditional(
    name="not_changed",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Truncate,
    func=REFUSED,
)
"""Rows are never changed, and never removed all at once."""

ERASING = "vaern.erasing"
"""The setting, local to a transaction, that holds the id of the erasure's own entry."""

ERASED_WITH_ENTRY = Unconditional(
    name="erased_with_entry",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Delete,
    func=f"""
    IF EXISTS (
        SELECT FROM ledger_entry
        WHERE id = nullif(current_setting('{ERASING}', true), '')::bigint
            AND act = '{ERASURE_ACT}' AND at >= transaction_timestamp()
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a note is removed only together with an entry that says so'
    USING ERRCODE = 'restrict_violation';
""",
)
"""A note is deleted only where the same transaction has recorded the erasure (`actions.erase_notes`)."""

NOT_REMOVED = Unconditional(
    name="not_removed",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Delete | pgtrigger.Truncate,
    func=REFUSED,
)
"""Rows are never removed."""

NEVER_BACK = Unconditional(
    name="never_back",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
    IF NEW.origin <> OLD.origin OR NEW.size < OLD.size
        OR (NEW.size = OLD.size AND OLD.root IS NOT NULL AND NEW.root IS DISTINCT FROM OLD.root)
        OR (OLD.fork <> '' AND NEW.fork <> OLD.fork)
    THEN
        RAISE EXCEPTION 'what was cosigned of a ledger never goes back'
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
""",
)
"""What a witness cosigned last never becomes smaller, nor another root of one size; a fork that was seen stays."""
