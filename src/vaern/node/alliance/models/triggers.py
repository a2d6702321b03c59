"""Triggers that keep what was approved or published unchanged, whoever writes."""

from __future__ import annotations

import pgtrigger

from vaern.node.ledger.triggers import Unconditional

KEPT = Unconditional(
    name="kept",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
    RAISE EXCEPTION 'what was approved is kept: % of % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
""",
)
"""Rows are added and never changed or removed. IntegrityError otherwise."""

AS_APPROVED = Unconditional(
    name="as_approved",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
    IF OLD.state = 'approved' THEN
        IF TG_OP = 'UPDATE' AND NEW.state = 'minutes_drafted' AND NEW.correcting <> ''
            AND to_jsonb(NEW) - '{state,correcting,changed_at}'::text[]
                = to_jsonb(OLD) - '{state,correcting,changed_at}'::text[] THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a meeting whose minutes are approved changes by a correction alone'
        USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
""",
)
"""A meeting whose minutes are approved changes in one way: a correction begins, with its reason."""


def _part(meeting: str) -> Unconditional:
    """Return the trigger of a table of which approved minutes are made.

    Args:
        meeting: SQL for the id of a row's meeting; ROW stands for the row.
    """
    ids = {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}
    cases = [
        f"WHEN '{what}' THEN ARRAY[{', '.join(meeting.replace('ROW', row) for row in rows)}]"
        for what, rows in ids.items()
    ]
    return Unconditional(
        name="part_of_approved",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
    IF EXISTS (
        SELECT FROM alliance_ministerialmeeting
        WHERE state = 'approved' AND id = ANY (CASE TG_OP {" ".join(cases)} END)
    ) THEN
        RAISE EXCEPTION 'the minutes are approved: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
""",
    )


PART_OF_APPROVED = _part("ROW.meeting_id")
EFFECT_OF_APPROVED = _part("(SELECT meeting_id FROM alliance_decision WHERE id = ROW.decision_id)")
"""What approved minutes are made of stays as it is until a correction begins."""
