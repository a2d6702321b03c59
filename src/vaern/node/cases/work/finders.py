"""What the search finds of cases: by code, journal number, external identifier, and identifiers of persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.cases.base import labels
from vaern.node.cases.models import Case
from vaern.node.cases.work.sheet import READS_WORDS
from vaern.node.crosscheck.base.keys import keys_of
from vaern.node.crosscheck.models import Enrolled
from vaern.node.crosscheck.rules.identifiers import BadIdentifier, Kind, normalised
from vaern.node.external import queries as external
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted

IDENTIFIERS = (
    (Look.MAIL, Kind.EMAIL),
    (Look.PHONE, Kind.PHONE),
    (Look.ADDRESS, Kind.ADDRESS),
    (Look.NUMBER, Kind.WALLET),
)
LOOKS = Look.CODE | Look.PIECE | Look.ADDRESS | Look.MAIL | Look.PHONE | Look.NUMBER | Look.WORDS


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the cases that the viewer may see and a text leads to; by identifiers, for those who read them."""
    if Look.CODE in wanted.looks:
        yield from _hits(Case.objects.filter(code__startswith=wanted.code), "", most)
    if wanted.looks & (Look.NUMBER | Look.WORDS):
        for cases in (Case.own.all(), Case.objects.received()):
            yield from _hits(cases.filter(reference__istartswith=wanted.text).exclude(reference=""), "", most)
        roots = external.roots(viewer, Case.KIND, wanted.text)
        yield from _hits(Case.objects.filter(pk__in=roots), _("an external identifier"), most)
    if viewer.permissions & READS_WORDS and (digests := _digests(wanted)):
        naming = Enrolled.objects.filter(digest__in=digests, enrolment__kind=Case.KIND).order_by()
        yield from _hits(Case.own.filter(pk__in=naming.values("enrolment__record")), _("names this"), most)


def _digests(wanted: Wanted) -> list[bytes]:
    found = []
    for look, kind in IDENTIFIERS:
        if look in wanted.looks:
            try:
                found += [key.digest for key in keys_of(normalised(kind, wanted.address or wanted.text))]
            except BadIdentifier:
                continue
    return found


def _hits(cases: QuerySet[Case], by: str, most: int) -> Iterator[Hit]:
    for case in cases.only("id", "code", "reference", "state", "opened_at").order_by("-opened_at", "id")[:most]:
        detail = " · ".join(filter(None, (case.reference, by)))
        yield Hit(case.code, reverse("cases:case", args=[case.pk]), detail, labels.state(case.state))


FINDERS = (Finder("case", gettext_lazy("Cases"), Permission.CASE_VIEW, LOOKS, find, 20, asks=True),)
