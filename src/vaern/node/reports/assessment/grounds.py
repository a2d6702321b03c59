"""Legal grounds: whether an action may be taken on a day, in the organisation's country, and if not, what was when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.reports.assessment import rules
from vaern.node.reports.assessment.labels import action_label
from vaern.node.reports.models import LegalGround, LegalReview
from vaern.node.reports.rules import Refused

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.models import Report

Ground = LegalGround


class GroundMissing(Refused):
    """No ground for an action was in force on that day; the message says what was in force when.

    Attributes:
        action: one of `models.assessment.ACTIONS`.
        on: the day.
        ground: code of the ground that the sender named, if that is the one.
    """

    def __init__(self, message: str, action: str, on: date, ground: str = "") -> None:
        super().__init__(message)
        self.action, self.on, self.ground = action, on, ground


def country_of(organisation: Organisation) -> str:
    """Return the code of an organisation's country; "" for one without."""
    return organisation.member.code if organisation.member else ""


def known(action: str, organisation: Organisation) -> list[LegalGround]:
    """Return the grounds that decide on an action for an organisation, by their first day."""
    country = country_of(organisation)
    rows = LegalGround.objects.filter(action=action, country__in={country, ""})
    return rules.of_country(rows, action, country)  # type: ignore[return-value]


def in_force(action: str, organisation: Organisation, on: date) -> Ground | None:
    """Return the ground on which an organisation may take an action on a day; None without one."""
    country = country_of(organisation)
    return rules.in_force(known(action, organisation), action, country, on)  # type: ignore[return-value]


def check(action: str, organisation: Organisation, report: Report | None, on: date) -> Ground | None:
    """Return the ground on which an action may be taken; None where a person let it go on after a legal review.

    Args:
        action: detect, report, forward, notify or block.
        organisation: who acts. To detect, it is who detected: the sender.
        report: of which; None for an action on no report. A ground to detect that it names has to be in force itself.
        on: the day of the action.

    Raises:
        GroundMissing: nothing allows it; the message explains. The caller stops the action and keeps the report
            (`assessment.actions.stop_for_law`): nothing is dropped.
    """
    named = report.legal_ground if report is not None and action == "detect" else ""
    grounds = known(action, organisation)
    if named:
        grounds = [ground for ground in grounds if ground.code == named]
    found = [ground for ground in grounds if rules.holds(ground, on)]
    if found:
        return found[-1]
    if report is not None and LegalReview.unscoped.filter(report=report, action=action, cleared=True).exists():
        return None
    raise GroundMissing(explain(action, organisation, on, grounds, named), action, on, named)


def explain(action: str, organisation: Organisation, on: date, grounds: list[LegalGround], named: str = "") -> str:
    """Return why an action is stopped: which grounds there are, and when they are in force."""
    place = str(organisation.member) if organisation.member else organisation.name
    given = {"action": action_label(action), "day": date_format(on), "place": place, "ground": named}
    if named:
        head = _("%(action)s: the ground that was named, %(ground)s, was not in force on %(day)s in %(place)s.") % given
    else:
        head = _("%(action)s: no legal ground was in force on %(day)s in %(place)s.") % given
    if not grounds:
        return head + " " + _("None is known.")
    return head + " " + _("Known are: %(list)s.") % {"list": "; ".join(period(ground) for ground in grounds)}


def name_of(ground: LegalGround) -> str:
    """Return what people read of a ground."""
    return rules.label(ground.name, get_language() or "en")


def period(ground: LegalGround) -> str:
    """Return a ground with its dates, in words."""
    given = {"name": name_of(ground), "first": date_format(ground.valid_from)}
    if ground.valid_to is None:
        return _("%(name)s (since %(first)s)") % given
    return _("%(name)s (from %(first)s to %(last)s)") % {**given, "last": date_format(ground.valid_to)}
