"""What the database refuses to everybody where something was approved or published."""

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

PART_OF_APPROVED = Unconditional(
    name="part_of_approved",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
    IF EXISTS (
        SELECT FROM alliance_ministerialmeeting
        WHERE state = 'approved'
            AND id = ANY (CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.meeting_id] WHEN 'DELETE' THEN ARRAY[OLD.meeting_id]
                ELSE ARRAY[OLD.meeting_id, NEW.meeting_id] END)
    ) THEN
        RAISE EXCEPTION 'the minutes are approved: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
""",
)
"""What approved minutes are made of stays as it is until a correction begins."""
