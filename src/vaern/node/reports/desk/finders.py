"""What the search finds of reports: by code, number or hash; for those who assess by what the sender said, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.base.sealing import keyed
from vaern.node.crosscheck.rules.identifiers import Kind
from vaern.node.external import queries as external
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.addresses import keys_of
from vaern.node.reports.desk import labels
from vaern.node.reports.models import Item, NearSignal, Report, Tie
from vaern.node.reports.rules.ties import compared
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted

LATEST = ("-created_at", "id")
SHOWN = ("id", "code", "state", "offence", "created_at")
LOOKS = Look.CODE | Look.PIECE | Look.HASH | Look.ADDRESS | Look.MAIL | Look.PHONE | Look.NUMBER | Look.WORDS


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the reports that the viewer may see and a text leads to; by what is sealed, for assessors alone."""
    if Look.CODE in wanted.looks:
        yield from _hits(Report.objects.filter(code__startswith=wanted.code), "", most)
    if wanted.looks & (Look.NUMBER | Look.WORDS):
        yield from _by_numbers(viewer, wanted, most)
    yield from _by_hash(wanted, most)
    if viewer.may(Permission.REPORT_ASSESS):
        yield from _by_address(wanted, most)
        yield from _by_identifier(wanted, most)


def _by_numbers(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    text = wanted.text
    sent = Report.own.filter(~Q(sender_reference=""), sender__isnull=False, sender_reference__iexact=text)
    yield from _hits(sent, _("the sender’s reference"), most)
    yield from _hits(Report.own.filter(~Q(tip_number=""), tip_number=text), _("the number of the CyberTip"), most)
    numbered = Report.objects.filter(external.matching(viewer, Report.KIND, text))
    yield from _hits(numbered, _("an external identifier"), most)


def _by_hash(wanted: Wanted, most: int) -> Iterator[Hit]:
    for kind, value in wanted.digests.items():
        if kind in DIGEST_KINDS:
            having = Item.objects.filter(**{kind: value}).order_by().values("report")
        else:
            having = NearSignal.objects.filter(kind=kind, value=value).order_by().values("item__report")
        yield from _hits(Report.own.filter(pk__in=having), _("has a file with this hash"), most)


def _by_address(wanted: Wanted, most: int) -> Iterator[Hit]:
    if not wanted.address:
        return
    address, host = keys_of(wanted.address)
    at = Item.objects.filter(url_key=address).order_by().values("report")
    yield from _hits(Report.own.filter(pk__in=at), _("names this address"), most)
    on = Item.objects.filter(host_key=host).order_by().values("report")
    yield from _hits(Report.own.filter(pk__in=on), _("names an address of this host"), most)


def _by_identifier(wanted: Wanted, most: int) -> Iterator[Hit]:
    """By the keyed digests by which reports of the same account are tied (`base.ties`)."""
    for look, kind in ((Look.MAIL, Kind.EMAIL), (Look.PHONE, Kind.PHONE), (Look.ADDRESS, Kind.ADDRESS)):
        value = compared(kind, wanted.address or wanted.text) if look in wanted.looks else ""
        if value:
            having = Tie.objects.filter(digest=keyed(value, f"tie {kind.value}")).order_by().values("report")
            yield from _hits(Report.own.filter(pk__in=having), _("names this"), most)


def _hits(reports: QuerySet[Report], by: str, most: int) -> Iterator[Hit]:
    for report in reports.only(*SHOWN).order_by(*LATEST)[:most]:
        said = str(labels.OFFENCES[report.offence])
        detail = f"{said} · {by}" if by else said
        yield Hit(report.code, reverse("reports:report", args=[report.pk]), detail, labels.state(report.state))


FINDERS = (Finder("report", gettext_lazy("Reports"), Permission.REPORT_VIEW, LOOKS, find, 10, asks=True),)
