"""What the page of statistics reads, and the export, which records that it left the node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from vaern.node.alliance.files.statistics import Form, Sheet
from vaern.node.alliance.indicators import tracks
from vaern.node.alliance.publishing import queries as releases
from vaern.node.alliance.rules import statistics, statistics_suppression
from vaern.node.alliance.statistics import acts, counts
from vaern.node.base.refusals import Refusal
from vaern.node.ledger import folds
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.actions import allow
from vaern.node.organisations.models import Member
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from vaern.node.alliance.rules.statistics import Place
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

NOT_OF_ONES_OWN = "not of one's own country"


def countries(viewer: Viewer) -> Sequence[Member]:
    """Return the countries whose statistics somebody may take out, their own first: the secretariat, of every one."""
    own = viewer.organisation.member
    others = Member.objects.order_by("name") if viewer.may(Permission.ALLIANCE_MANAGE) else Member.objects.none()
    return [*([own] if own else []), *(one for one in others if one != own)]


def country(viewer: Viewer, id: UUID | None) -> Member | None:
    """Return one of them, the first if none is named; None if there is none."""
    found = countries(viewer)
    return next((one for one in found if id is None or one.pk == id), None)


def may_have_all(viewer: Viewer, member: Member) -> bool:
    """Whether somebody may take out every number: for their own country, whose authority answers for it by law."""
    return viewer.organisation.member_id == member.pk and viewer.may(Permission.COMMITMENT_REPORT)


def years() -> list[int]:
    """Return the years of which there is something, the latest first."""
    return counts.years()


def sheet(_viewer: Viewer, member: Member, year: int) -> Sheet:
    """Return the statistics as they may be published."""
    return _sheet(member, year, "published")


@transaction.atomic
def taken_out(viewer: Viewer, reason: Reason, member: Member, year: int, form: Form) -> Sheet:
    """Return the statistics as they leave the node: recorded as the disclosure that it is.

    Raises:
        Refusal: the permission is missing, or every number of another country was asked for.
    """
    allow(viewer, Permission.STATISTICS_EXPORT)
    if form == "full" and not may_have_all(viewer, member):
        raise Refusal(NOT_OF_ONES_OWN)
    found = _sheet(member, year, form)
    told = len(found.numbers) - len(found.out)
    tags = {"form": form, "year": year}
    record(acts.TAKEN_OUT, Subject("member", member.pk), viewer.actor, reason, count=told, tags=tags)
    return found


def _sheet(member: Member, year: int, form: Form) -> Sheet:
    definitions, numbers = statistics.current(), counts.count(member.pk, year)
    running, synthetic = year >= timezone.now().year, settings.CONFIGURATION.synthetic
    out: Collection[Place] = ()
    if form == "published" and running and not synthetic:
        out = definitions.cells  # two of them in one month would tell what came between
    elif form == "published":
        out = statistics_suppression.left_out(definitions, numbers, _untold(member, year))
    return Sheet(
        definitions=definitions,
        country=member.code,
        year=year,
        numbers=numbers,
        out=frozenset(out),
        form=form,
        entries=folds.folded(tracks.fold_name()),
        running=running,
        synthetic=synthetic,
    )


def _untold(member: Member, year: int) -> set[str]:
    """Return the indicators whose number of a country and year stands in no public release."""
    wanted = {one.tells_of for one in statistics.current().statistics if one.tells_of}
    for release in releases.released():
        told = releases.content_of(release).figures
        wanted -= {
            one.code
            for one in told
            if one.row == member.code and one.period == str(year) and one.status in {"computed", "not_computable"}
        }
    return wanted
