"""Signs that point to a country: where else a record's keys are held, as far as their owners allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.crosscheck.models import Enrolled, Naming
from vaern.node.crosscheck.registry.actions import met_here
from vaern.node.crosscheck.rules.desk import Sign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.crosscheck.models import Enrolment


def signs_for(enrolment: Enrolment, host: str, address: str) -> list[Sign]:
    """Return the signs of one record, computed by the node over the meetings of all organisations.

    `held`: an organisation that met it, by the country that it lets be named, once each. `hypothesis`: where such an
    organisation's own work points, and the record's own. `address`, `host`: what a trace said.
    """
    others = [side for side, meeting in met_here(enrolment) if not meeting.inside]
    named = dict(
        Naming.everywhere.filter(country=True, organisation__in={other.organisation_id for other in others})
        .exclude(organisation__member=None)
        .values_list("organisation", "organisation__member__code")
    )
    held = [Sign("held", country) for country in named.values()]
    hints = [other.country_hint for other in others if other.organisation_id in named]
    said = [Sign("hypothesis", hint) for hint in [*hints, enrolment.country_hint] if hint]
    traced = [Sign(code, country) for code, country in (("address", address), ("host", host)) if country]
    return [*held, *said, *traced]


def holders(enrolments: Iterable[Enrolment]) -> dict[bytes, tuple[str, set[int]]]:
    """Return the keys that at least two of some enrolments hold: digest → kind and who holds it."""
    found: dict[bytes, tuple[str, set[int]]] = {}
    rows = Enrolled.of(enrolment__in=list(enrolments)).values_list("digest", "kind", "enrolment")
    for digest, kind, enrolment in rows.iterator():
        found.setdefault(bytes(digest), (kind, set()))[1].add(enrolment)
    return {digest: (kind, who) for digest, (kind, who) in found.items() if len(who) > 1}
