"""What pages show of declared maturity. Nothing sums phases, and nothing ranks countries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.maturity.labels import PHASES
from vaern.node.alliance.rules.frame import model_response
from vaern.node.alliance.rules.maturity import SOURCE, Phase
from vaern.node.web.components import Definitions, Empty, Link
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from vaern.node.alliance.models import Maturity, Membership
    from vaern.node.alliance.rules.frame import Capability
    from vaern.node.organisations.models import Member


def declared_subject(country: Member, capability: Capability, stands: Maturity | None) -> Definitions:
    """Return which capability of which country is declared, and what it says until now."""
    return Definitions(
        [(_("Country"), country), (_("Capability"), worded(capability.name)), (_("Phase"), _phase(stands))]
    )


def member_context(
    member: Member, stands: Mapping[int, Maturity], earlier: Mapping[int, Sequence[Maturity]], *, own: bool
) -> dict[str, Any]:
    """Return what the page of a country's capabilities shows."""
    rows = [
        Row(
            [
                number,
                worded(one.name),
                _phase(stands.get(number)),
                _day(stands.get(number)),
                stands[number].source if number in stands else "–",
                _earlier(earlier.get(number, ())),
                *([Link(_("Declare"), reverse("alliance:maturity-declare", args=[number]))] if own else []),
            ]
        )
        for number, one in model_response().capabilities.items()
    ]
    heads = [
        Column(_("Number"), numeric=True),
        Column(_("Capability")),
        Column(_("Phase")),
        Column(_("Day")),
        Column(_("Source")),
        Column(_("Declared before")),
        *([Column(_("Declare"))] if own else []),
    ]
    return {
        "member": member,
        "table": Table(_("Capabilities"), heads, rows, id="capabilities", fixed=True),
        "source": SOURCE,
        "declared": len(stands),
        "all": len(model_response().capabilities),
    }


def _phase(row: Maturity | None) -> Any:
    return PHASES[Phase(row.phase)] if row else format_html('<span class="quiet">{}</span>', _("not declared"))


def _day(row: Maturity | None) -> str:
    return date_format(row.on, "SHORT_DATE_FORMAT") if row else "–"


def _earlier(rows: Sequence[Maturity]) -> str:
    return "; ".join(f"{PHASES[Phase(row.phase)]} ({_day(row)})" for row in rows) or "–"


def of_goal(
    capabilities: Sequence[int], members: Sequence[Membership], stands: Mapping[tuple[UUID, int], Maturity]
) -> Table:
    """Return, for the capabilities that serve a target, what each member declares, by the members' names."""
    known = model_response().capabilities
    rows = [
        Row(
            [
                str(one.member),
                *(_with_day(stands.get((one.member_id, number))) for number in capabilities),
            ],
            reverse("alliance:maturity", args=[one.member_id]),
        )
        for one in members
    ]
    heads = [Column(_("Member")), *(Column(worded(known[number].name)) for number in capabilities)]
    nothing = Empty(_("No members yet"))
    return Table(
        _("What members declare of the capabilities that serve it"),
        heads,
        rows,
        id="maturity",
        fixed=True,
        empty=nothing,
        show_caption=True,
    )


def _with_day(row: Maturity | None) -> Any:
    if row is None:
        return _phase(None)
    return format_html('{} <span class="quiet">{}</span>', PHASES[Phase(row.phase)], _day(row))


def how_many(number: int, members: Sequence[Membership], stands: Mapping[tuple[UUID, int], Maturity]) -> str:
    """Return how many members declare which phase of a capability, and how many declare none."""
    counted = Counter(
        Phase(stands[one.member_id, number].phase) if (one.member_id, number) in stands else None for one in members
    )
    said = [f"{PHASES[phase]}: {counted[phase]}" for phase in Phase if counted[phase]]
    if counted[None]:
        said.append(_("not declared: %(count)s") % {"count": counted[None]})
    return "; ".join(said) or "–"
