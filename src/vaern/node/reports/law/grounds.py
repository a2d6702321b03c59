"""Legal grounds: whether an action is allowed on a day in the organisation's country, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sql import columns, row_of, run
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission
from vaern.node.reports.law.labels import action_label
from vaern.node.reports.models import LegalGround, LegalReview
from vaern.node.reports.models.assessment import ACTIONS
from vaern.node.reports.rules import assessments

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.models import Report


Ground = LegalGround


class GroundMissing(Refusal):
    """No ground for an action was in force on a day; the message says which were in force when.

    Attributes:
        action: one of `models.assessment.ACTIONS`.
        on: the day.
        ground: code of the ground that the sender named, if that one is missing.
    """

    def __init__(self, message: str, action: str, on: date, ground: str = "") -> None:
        super().__init__(message)
        self.action, self.on, self.ground = action, on, ground


PERMISSIONS = {
    "report": Permission.REPORT_ASSESS,
    "forward": Permission.REPORT_FORWARD,
    "notify": Permission.REPORT_TAKEDOWN,
    "hold": Permission.REPORT_HOLD,
    "block": Permission.REPORT_TAKEDOWN,
}
"""What a person needs to take an action that needs a ground. To detect is an act of platforms, outside the node."""


def actions_of(organisation: Organisation) -> tuple[str, ...]:
    """Return the actions that an organisation of this kind can take: only these can be stopped."""
    kind = OrganisationKind(organisation.kind)
    may = {one for role in ROLES.values() if kind in role.kinds for one in role.permissions}
    found = {action for action, permission in PERMISSIONS.items() if permission in may}
    if kind is OrganisationKind.PLATFORM:
        found.add("detect")
    return tuple(action for action in ACTIONS if action in found)


def country_of(organisation: Organisation) -> str:
    """Return the code of an organisation's country; "" without one."""
    return organisation.member.code if organisation.member else ""


_KNOWN = f"""
    SELECT {columns(LegalGround, "g")} FROM reports_legalground g
    WHERE g.action = %s AND g.retired_at IS NULL AND g.country IN (
        '', coalesce((SELECT m.code FROM organisations_member m WHERE m.id = %s), '')
    )
"""


def known(action: str, organisation: Organisation) -> list[LegalGround]:
    """Return the grounds for an action that apply to this country and kind of organisation, by first day."""
    rows = [row_of(LegalGround, values) for values in run(_KNOWN, [action, organisation.member_id])]
    country = next((ground.country for ground in rows if ground.country), "")
    return assessments.of_kind(assessments.of_country(rows, action, country), organisation.kind)  # type: ignore[return-value]


def in_force(action: str, organisation: Organisation, on: date) -> Ground | None:
    """Return the ground in force for an organisation's action on a day; None without one."""
    found = [ground for ground in known(action, organisation) if assessments.holds(ground, on)]
    return found[-1] if found else None


def check(action: str, organisation: Organisation, report: Report | None, on: date) -> Ground | None:
    """Return the ground for an action; None if a person cleared it in a legal review.

    Args:
        action: detect, report, forward, notify, hold or block.
        organisation: who acts; for detection, the sender.
        report: the report acted on, if any. A detection ground that it names has to be in force itself.
        on: the day of the action.

    Raises:
        GroundMissing: nothing allows it; the message explains. The caller stops the action and keeps the report
            (`assessment.decisions.stop_for_law`), so no report is lost.
    """
    named = report.legal_ground if report is not None and action == "detect" else ""
    grounds = _named(action, organisation, named)
    found = [ground for ground in grounds if assessments.holds(ground, on)]
    if found:
        return found[-1]
    if report is not None and LegalReview.of(report=report).filter(action=action, cleared=True).exists():
        return None
    raise GroundMissing(explain(action, organisation, on, grounds, named), action, on, named)


def lacks(action: str, organisation: Organisation, on: date, named: str = "") -> bool:
    """Whether an action lacks a ground on a day, regardless of decisions on single reports."""
    return not any(assessments.holds(ground, on) for ground in _named(action, organisation, named))


def _named(action: str, organisation: Organisation, named: str) -> list[LegalGround]:
    return [ground for ground in known(action, organisation) if named in {"", ground.code}]


def check_act(action: str, report: Report, on: date | None = None) -> Ground | None:
    """Check an act on a report against the law: its own ground today, and that of the detection before it.

    Every act that needs a ground is checked here: assess, forward, notify, remind, escalate, hold, block.

    Raises:
        GroundMissing: as in `check`.
    """
    check_detection(report)
    return check(action, report.organisation, report, on or timezone.localdate())


def check_detection(report: Report) -> Ground | None:
    """Check the detection behind a report against the law of the detecting organisation on that day.

    A platform detects, so it needs a ground whether it names one or not; for other senders, a ground that they name is
    checked. A forwarded report was checked at the forwarding desk, which did not detect it.

    Raises:
        GroundMissing: no such ground is known, or it was not in force; as in `check`.
    """
    if report.sender is None or not detected(report.sender, report.document, report.legal_ground):
        return None
    return check("detect", report.sender, report, timezone.localdate(report.incident_at or report.created_at))


def detected(sender: Organisation, document: str, named: str) -> bool:
    """Whether a sender's report began with a detection of its own, which needs a ground."""
    return document != "forward" and (bool(named) or OrganisationKind(sender.kind) is OrganisationKind.PLATFORM)


def explain(action: str, organisation: Organisation, on: date, grounds: list[LegalGround], named: str = "") -> str:
    """Return the explanation of a stopped action: the known grounds, and when they are in force."""
    place = str(organisation.member) if organisation.member else organisation.name
    given = {"action": action_label(action), "day": date_format(on), "place": place, "ground": named}
    if named:
        head = _("%(action)s: the ground that was named, %(ground)s, was not in force on %(day)s in %(place)s.") % given
    else:
        head = _("%(action)s: no legal ground was in force on %(day)s in %(place)s.") % given
    if not grounds and not named:
        return f"{head} " + _(
            "None is known for this action in %(place)s: those who keep the law of this node add the provision with "
            "its days under Law, and a second person verifies it; or it is put into the folder of law (VAERN_LAW)."
        ) % {"place": place}
    if not grounds:
        return head + " " + _("None of this name is known: ask the sender which provision it was.")
    return head + " " + _("Known are: %(list)s.") % {"list": "; ".join(period(ground) for ground in grounds)}


def name_of(ground: LegalGround) -> str:
    """Return the name of a ground."""
    return assessments.label(ground.name, get_language() or "en")


def period(ground: LegalGround) -> str:
    """Return a ground with its dates, in words."""
    given = {"name": name_of(ground), "first": date_format(ground.valid_from)}
    if ground.valid_to is None:
        return _("%(name)s (since %(first)s)") % given
    return _("%(name)s (from %(first)s to %(last)s)") % {**given, "last": date_format(ground.valid_to)}
