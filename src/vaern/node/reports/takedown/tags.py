"""Tags of ledger entries about locations and notices: codes by which statistics are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.sealing import keyed
from vaern.node.reports.base import flagger_status, provider_names
from vaern.node.reports.models import Notice
from vaern.node.reports.takedown import citations

if TYPE_CHECKING:
    from vaern.node.reports.models import Location


def tags_of(location: Location) -> dict[str, str | int | None]:
    """Return the tags of a location: item number, country of the last trace, and digest of the host.

    The digest is keyed and short: equal for one host, so that numbers can be shown without the largest source; it names
    nobody.
    """
    host = location.host
    return {
        "item": location.item.number,
        "country": location.country.lower() or None,
        "host": keyed(host.name, "host tag").hex()[:8] if host else None,
    }


def tags_of_notice(notice: Notice, location: Location) -> dict[str, str | int | None]:
    """Return the tags of a sent notice: enough for the yearly report of a trusted flagger.

    Which of its location's notices it is; what it cites, and of what it speaks; the hosting provider as a digest that
    names nobody; and whether it claimed priority, or was sent by a trusted flagger that it did not name.
    """
    return {
        **tags_of(location),
        "notice": _number(notice, location),
        "cites": notice.cites or None,
        "offence": location.report.offence,
        "provider": provider_names.digest_of(notice.host) if notice.host.kind == "host" else None,
        "flagger": standing(notice),
    }


def tags_of_answer(notice: Notice, location: Location) -> dict[str, str | int | None]:
    """Return the tags of a host's answer: to which notice, and the answer's code."""
    return {"item": location.item.number, "notice": _number(notice, location), "answer": notice.answer}


def standing(notice: Notice) -> str | None:
    """Return whether a notice claimed priority or was anonymous; None if its sender had no status."""
    if notice.flagger_id:
        return "named"
    day = timezone.localdate(notice.sent_at)
    award = flagger_status.claimable(notice.organisation_id, citations.text(notice.cites), day)
    return "unnamed" if notice.anonymous and award else None


def _number(notice: Notice, location: Location) -> int:
    found: int = Notice.of(location=location).filter(sent_at__lte=notice.sent_at).count()
    return found
