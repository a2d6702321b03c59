"""From private comparisons to what the pages show of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.crosscheck.base.labels import REFUSALS
from vaern.node.crosscheck.intersection import labels
from vaern.node.crosscheck.rules.disclosures import RefusalGround, RevealState
from vaern.node.crosscheck.rules.intersection import ends_at
from vaern.node.exchange.inbox.labels import because
from vaern.node.web.components import Definitions, Empty, Link, When, numbered
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.crosscheck.intersection.outlook import Outlook
    from vaern.node.crosscheck.intersection.queries import Partner
    from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
    from vaern.node.ledger.rules import Subject
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer


def experiment() -> str:
    """Return what every page of this room begins with."""
    return _(
        "An experiment. Two organisations count how many values both hold; neither is shown a value of the other. What "
        "each side can learn all the same stands on the page that asks."
    )


def partners_table(found: Sequence[Partner]) -> Table:
    """Return with whom the viewer's organisation could compare, for those who switch it on."""
    return Table(
        caption=_("Private comparison"),
        columns=[Column(_("Organisation")), Column(_("Country")), Column(_("How it stands"))],
        rows=[
            Row(
                [one.organisation.name, _where(one.organisation), labels.switched(one.ours, one.theirs)],
                url=reverse("crosscheck:private-switch", args=[one.organisation.pk]),
            )
            for one in found
        ],
        empty=Empty(_("Nobody else"), _("No other organisation that can be reached takes part in the cross-check.")),
        id="partners",
    )


def pairs_table(found: Sequence[Partner]) -> Table:
    """Return with whom at least one side has it on, for those who work."""
    return Table(
        caption=_("Private comparison"),
        columns=[Column(_("Organisation")), Column(_("Country")), Column(_("How it stands"))],
        rows=[
            Row(
                [one.organisation.name, _where(one.organisation), labels.switched(one.ours, one.theirs)],
                url=reverse("crosscheck:private-pair", args=[one.pair]),
            )
            for one in found
            if one.pair
        ],
        empty=Empty(
            _("It is off"),
            _("An administrator of your organisation, and one of the other, switch it on for both."),
        ),
        id="pairs",
    )


def partner_facts(one: Partner) -> Definitions:
    """Return the other organisation, and how it stands with it."""
    return Definitions([*_who(one.organisation), (_("How it stands"), labels.switched(one.ours, one.theirs))])


def _who(organisation: Organisation) -> list[tuple[object, object]]:
    facts: list[tuple[object, object]] = [
        (_("Organisation"), organisation.name),
        (_("Country"), organisation.member or _("No country")),
    ]
    return [*facts, (_("Node"), organisation.node)] if organisation.node else facts


def _where(organisation: Organisation) -> str:
    country = str(organisation.member or "")
    if not organisation.node:
        return country
    return _("%(country)s, on the node %(node)s") % {"country": country, "node": organisation.node}


def pair_facts(viewer: Viewer, pair: ComparisonPair, seen: Outlook) -> Definitions:
    """Return how a pair stands, and what a question would be about now."""
    partner = pair.partner_of(viewer.organisation.id)
    facts: list[tuple[object, object]] = [
        *_who(partner),
        (_("Values of your open work that were not asked about"), numbered(len(seen.digests))),
        (_("Values that the other organisation holds"), "–" if seen.held is None else numbered(seen.held)),
        (_("Questions of yours in this period"), numbered(seen.runs)),
        (_("The period ends"), When(ends_at(seen.epoch))),
    ]
    return Definitions(facts)


def pair_context(
    viewer: Viewer, pair: ComparisonPair, seen: Outlook, runs: Sequence[ComparisonRun], may: bool
) -> dict[str, Any]:
    """Return what the page of a pair shows; `may` says whether the viewer may ask."""
    return {
        "pair": pair,
        "partner": pair.partner_of(viewer.organisation.id).name,
        "experiment": experiment(),
        "facts": pair_facts(viewer, pair, seen),
        "bar": labels.BARS[seen.bar] if seen.bar else "",
        "may_ask": may and seen.bar is None,
        "runs": runs_table(viewer, runs),
        **_crumbs(viewer, pair),
    }


def what_is_learnt(seen: Outlook, node: str) -> object:
    """Return what both sides learn by a question, and what could be learnt beyond it, for whoever is about to ask.

    Args:
        seen: what it would be about.
        node: on which the other side lives; "" for this one.
    """
    you = _("How many of your values the other organisation holds. Not which, and none of its values.")
    they = _("How many values you asked about, and the same number. None of your values.")
    leaks = _(
        "Your node can work out which of your values are common; it shows the number alone until both agree, and keeps "
        "what it was told until the period ends. A node that lies could ask about values that it chose. How often, and "
        "about how many, stands in the account of both."
    )
    rows: list[tuple[object, object]] = [
        (_("You learn"), you),
        (_("The other side learns"), they),
        (_("What leaks"), leaks),
    ]
    if node:
        goes = _("Your values, blinded, go to %(node)s. The number is shown when that node has answered.")
        rows.append((_("What leaves this node"), goes % {"node": node}))
    facts = Definitions(rows)
    text = _("Asked about now: %(n)s values") % {"n": numbered(len(seen.digests))}
    return format_html("<h2>{}</h2>{}", text, facts)


def runs_table(viewer: Viewer, found: Sequence[ComparisonRun]) -> Table:
    """Return the runs of a pair."""
    own = viewer.organisation.id
    return Table(
        caption=_("Questions"),
        columns=[
            Column(_("When")),
            Column(_("Who asked")),
            Column(_("Asked about"), numeric=True),
            Column(_("In common"), numeric=True),
            Column(_("How it stands")),
        ],
        rows=[
            Row(
                [
                    When(one.asked_at),
                    _("You") if one.asking_id == own else one.asking.name,
                    numbered(one.values),
                    _counted(one),
                    labels.run(one),
                ],
                url=reverse("crosscheck:private-run", args=[one.pk]),
            )
            for one in found
        ],
        empty=Empty(_("No question yet"), _("The number of each question, of either side, is shown here to both.")),
        id="runs",
    )


def run_facts(viewer: Viewer, one: ComparisonRun) -> Definitions:
    """Return a run as either side sees it."""
    own = viewer.organisation.id
    facts: list[tuple[object, object]] = [
        (_("With"), one.partner_of(own).name),
        (_("Who asked"), _("You") if one.asking_id == own else one.asking.name),
        (_("When"), When(one.asked_at)),
        (_("Asked about"), numbered(one.values)),
        (_("Compared with"), numbered(one.held)),
        (_("In common"), _counted(one)),
        (_("How it stands"), labels.run(one)),
        (_("The period ends"), When(ends_at(one.epoch))),
    ]
    if one.because:
        facts.append((_("Why"), because(one.because)))
    if one.refusal:
        facts.append((_("What the other side is told"), REFUSALS[RefusalGround(one.refusal)]))
    return Definitions(facts)


def _counted(one: ComparisonRun) -> object:
    return "–" if one.count is None else numbered(one.count)


def run_context(viewer: Viewer, one: ComparisonRun, records: list[Subject] | None, may: bool) -> dict[str, Any]:
    """Return what the page of a run shows.

    Args:
        viewer: of one side.
        one: the run.
        records: of the viewer's organisation, that are in common; None while that is not to be seen.
        may: they decide whether more is said.
    """
    mine, waits = one.proposing_id == viewer.organisation.id, one.state == RevealState.ASKED.value
    return {
        "one": one,
        "facts": run_facts(viewer, one),
        "experiment": experiment(),
        "records": None if records is None else records_table(viewer, records),
        "waits": waits,
        "mine": mine,
        "may_propose": may and bool(one.count) and one.state in ("", RevealState.WITHDRAWN.value),
        "may_answer": may and waits and not mine,
        "may_withdraw": may and waits and mine,
        **_crumbs(viewer, one.pair),
    }


def records_table(viewer: Viewer, records: Sequence[Subject]) -> Table:
    """Return the viewer's own records that are in common."""
    names: dict[UUID, str] = kinds.called(records)
    return Table(
        caption=_("Your records that are in common"),
        columns=[Column(_("Your record"))],
        rows=[Row([_named(viewer, one, names)]) for one in records],
        empty=Empty(_("None any more"), _("What was in common has been closed or erased since.")),
        id="records",
    )


def _named(viewer: Viewer, one: Subject, names: dict[UUID, str]) -> object:
    name = (names.get(one.id) if one.id else "") or _("A record of yours")
    url = kinds.url_for(viewer, one)
    return Link(name, url) if url else name


def _crumbs(viewer: Viewer, pair: ComparisonPair) -> dict[str, Any]:
    partner = pair.partner_of(viewer.organisation.id)
    here = reverse("crosscheck:private-pair", args=[pair.pk])
    return {"crumbs": [(_("Private comparison"), reverse("crosscheck:private")), (partner.name, here)]}


def about_pair(viewer: Viewer, pair: ComparisonPair) -> dict[str, Any]:
    """Return what `decide` says of the pair that it is about."""
    partner = pair.partner_of(viewer.organisation.id)
    back = reverse("crosscheck:private-pair", args=[pair.pk])
    return {"subject": Definitions(_who(partner)), "back": back, **_crumbs(viewer, pair)}


def about_run(viewer: Viewer, one: ComparisonRun) -> dict[str, Any]:
    """Return what `decide` says of the run that it is about."""
    return {
        "subject": run_facts(viewer, one),
        "back": reverse("crosscheck:private-run", args=[one.pk]),
        **_crumbs(viewer, one.pair),
    }
