"""Sums of a month from a member's node to the secretariat's, so that the alliance's figures are of all members.

What is sent is what the member's tallies say, of the organisations of this node and of one country: by indicator,
month, split and source. No record, no organisation, and no day is in it. A month that changed is sent anew and takes
the place of what came before, so that the sums can be recomputed from what is kept.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid5

import msgspec
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.indicators import acts, computation, tracks
from vaern.node.alliance.models import Membership, MemberTally, ToldSums
from vaern.node.alliance.rules import across as rules
from vaern.node.alliance.rules import definitions
from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases.terms import country_of
from vaern.node.exchange.base.kinds import Kind, Later
from vaern.node.exchange.outbox.actions import send
from vaern.node.exchange.outbox.queries import getting
from vaern.node.ledger import folds
from vaern.node.ledger.models import Fold
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor, Reason, Subject, Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from vaern.node.exchange.base.kinds import Delivery

TALLIED = "alliance.tallied"
REASON = Reason(Why.ADMINISTRATION)
MINISTRIES = frozenset({OrganisationKind.MINISTRY})
SECRETARIAT = frozenset({OrganisationKind.SECRETARIAT})

Short = Annotated[str, msgspec.Meta(max_length=40)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One sum.

    Attributes:
        code: of the indicator.
        split: the country of the host or the instrument; "" where there is none.
        source: the host, as a digest that only the sending node can compute; "" where there is none.
    """

    code: Short
    split: Short = ""
    source: Short = ""
    numerator: Count
    denominator: Count


class Tallied(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `alliance.tallied`: all sums of a country and a month; they take the place of those before.

    Attributes:
        country: whose organisations are counted; that of the sender.
        month: its first day.
        definitions: the version by which it was counted.
    """

    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    month: date
    definitions: Short
    lines: Annotated[list[Line], msgspec.Meta(max_length=8_000)]


def tell_all() -> int:
    """Send every secretariat on another node the months of our countries that it does not have so; return how many."""
    sent = 0
    for sender in _ministries():
        for recipient in _secretariats():
            bodies = _sums_of(sender)
            for body in [*bodies, *_emptied(sender, recipient, bodies)]:
                sent += _tell(sender, recipient, body)
    return sent


def _emptied(sender: Organisation, recipient: Organisation, bodies: list[Tallied]) -> list[Tallied]:
    """Return months of which something was told and nothing is left."""
    told = ToldSums.objects.filter(sender=sender, recipient=recipient).exclude(month__in=[one.month for one in bodies])
    version, country = definitions.current().version, country_of(sender)
    months = told.order_by("month").values_list("month", flat=True)
    return [Tallied(country=country, month=month, definitions=version, lines=[]) for month in months]


def _ministries() -> list[Organisation]:
    """Return one ministry of this node for each of its countries: the first by its id."""
    rows = Organisation.objects.filter(active=True, kind__in=[one.value for one in MINISTRIES], member__isnull=False)
    found = {row.member_id: row for row in rows.select_related("member").order_by("-pk")}
    return sorted(found.values(), key=lambda one: one.pk)


def _secretariats() -> list[Organisation]:
    kinds = [one.value for one in SECRETARIAT]
    return list(Organisation.all_nodes.filter(active=True, kind__in=kinds, node__in=getting(TALLIED)).order_by("pk"))


def _sums_of(sender: Organisation) -> list[Tallied]:
    """Return the sums of the organisations of this node that belong to a ministry's country, month by month."""
    sql = """
        SELECT month, code, split, source, sum(numerator)::bigint, sum(denominator)::bigint
        FROM alliance_tally tally JOIN organisations_organisation o ON o.id = tally.organisation
        WHERE o.member_id = %s AND o.node = '' AND code = ANY(%s)
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    """
    found: dict[date, list[Line]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [sender.member_id, sorted(rules.SUMMED)])
        for month, code, split, source, numerator, denominator in cursor.fetchall():
            line = Line(code=code, split=split, source=source, numerator=numerator, denominator=denominator)
            found.setdefault(month, []).append(line)
    version, country = definitions.current().version, country_of(sender)
    return [Tallied(country=country, month=month, definitions=version, lines=lines) for month, lines in found.items()]


@transaction.atomic
def _tell(sender: Organisation, recipient: Organisation, body: Tallied) -> bool:
    digest = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
    row, _made = ToldSums.objects.select_for_update().get_or_create(
        sender=sender, recipient=recipient, month=body.month, defaults={"digest": ""}
    )
    if row.digest == digest:
        return False
    row.digest, row.told_at = digest, timezone.now()
    row.save(update_fields=["digest", "told_at"])
    about = uuid5(sender.pk, body.month.isoformat())
    send(TALLIED, body, sender=sender, recipient=recipient, about=about, by=NODE, reason=REASON)
    record(acts.TOLD, _subject(sender), NODE, REASON, recipient=recipient.pk, count=len(body.lines))
    return True


def _subject(sender: Organisation) -> Subject:
    return Subject("member", sender.member_id)


def take(delivery: Delivery) -> None:
    """Keep the sums of a member's node in place of those that it sent of that month before, and compute by them.

    Raises:
        Refusal: of another country than the sender's, of no member, of no month, or no sums.
        Later: counted by definitions that this node does not have yet.
    """
    body: Tallied = delivery.body
    sender, _recipient = delivery.organisations
    member = sender.member
    if member is None or body.country != member.code or not _is_member(member.pk):
        raise Refusal(rules.OTHER_COUNTRY)
    if body.definitions != definitions.current().version:
        if body.definitions > definitions.current().version:
            raise Later(rules.OTHER_DEFINITIONS)
        raise Refusal(rules.OTHER_DEFINITIONS)
    if not rules.month_is_over_or_runs(body.month, timezone.now().date()):
        raise Refusal(rules.NO_MONTH)
    rows = [(one.code, one.split, one.source, one.numerator, one.denominator) for one in body.lines]
    if found := rules.problem(rows):
        raise Refusal(found)
    Fold.objects.select_for_update().filter(name=tracks.fold_name()).first()  # nobody computes meanwhile
    before = MemberTally.objects.filter(month=body.month, organisation__in=_of_that_node(sender))
    codes = {code for code, *_rest in rows} | set(before.values_list("code", flat=True))
    before.delete()
    MemberTally.objects.bulk_create(
        MemberTally(
            code=code,
            month=body.month,
            organisation=sender.pk,
            split=split,
            source=source,
            numerator=numerator,
            denominator=denominator,
        )
        for code, split, source, numerator, denominator in rows
    )
    computation.compute({code: {body.month} for code in codes}, folds.folded(tracks.fold_name()))
    record(acts.TALLIED, _subject(sender), Actor(organisation=sender.pk), REASON, count=len(rows))


def _is_member(member: UUID) -> bool:
    return Membership.objects.filter(member=member, left=None).exists()


def _of_that_node(sender: Organisation) -> list[UUID]:
    """Return the organisations whose sums the sender's take the place of: of its node and its country."""
    found = Organisation.all_nodes.filter(node=sender.node, member=sender.member_id)
    return list(found.values_list("pk", flat=True))


KIND = Kind(
    TALLIED,
    _("Sums of a month"),
    {1: Tallied},
    take=take,
    senders=MINISTRIES,
    recipients=SECRETARIAT,
    says=_("A member’s node tells the secretariat, each night, how much it counted by indicator and month: no record."),
)
