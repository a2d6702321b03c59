"""From policies and look-ups to what pages show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.lookup import judging
from vaern.lookup.policy import counted
from vaern.node.lists.base.labels import ACTS, NEEDS_MORE, WHYS
from vaern.node.lists.lookups.forms import SERVICES
from vaern.node.lists.lookups.presenters_calls import asked_as, purpose_in_words
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Code, Definitions, Empty, Link, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.lookup.grounds import Stand
    from vaern.node.lists.lookups.asking import Looked
    from vaern.node.lists.models import LookupCall, LookupPolicy
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def policy_facts(policy: LookupPolicy | None, ground: Stand) -> Definitions:
    """Return what an organisation's programs may conclude from a hit, and how the law stands for them today."""
    law = [
        (_("Legal ground today"), _ground_in_words(ground)),
        (_("Where it is written"), Link(_("Law: look-ups"), reverse("law:rows", args=["lookups"]))),
    ]
    if policy is None:
        none = _("None yet: a hit is written down and put before a person, and nothing else is advised.")
        return Definitions([(_("Policy"), none), *law])
    facts: list[tuple[object, object]] = [
        (_("Kind of service"), SERVICES.get(policy.service, _("Not said"))),
        (_("Under the law of"), policy.country or _("Not said")),
        *law,
    ]
    facts += [
        (label, needs_in_words(policy.acts[act]) if act in policy.acts else _("Never")) for act, label in ACTS.items()
    ]
    facts += [
        (_("Answer with the act alone"), _("Yes") if policy.coarse else _("No")),
        (_("Set"), When(policy.at)),
        (_("By"), policy.by.name),
        (_("Version"), policy.version),
    ]
    return Definitions(facts)


def _ground_in_words(ground: Stand) -> str:
    """Return what the law lets follow from a hit; of a row of the table its sentence too."""
    said = {
        "lawful": _("Allowed: what the policy says follows."),
        "unlawful": _("Not allowed: nothing follows from a hit."),
        "unknown": _("Not known: whatever the policy says, a hit goes to a person at most."),
    }[ground.state]
    return f"{said} {ground.text}" if ground.source else said


def needs_in_words(need: dict[str, Any]) -> str:
    """Return what an act needs, in words."""
    said = [_("votes of organisations: %(n)s") % {"n": need.get("votes", 1)}]
    if need.get("countries"):
        said.append(_("of countries: %(n)s") % {"n": need["countries"]})
    if need.get("independent"):
        said.append(_("whose people viewed the file: %(n)s") % {"n": need["independent"]})
    if need.get("classes"):
        classes = "; ".join(f"{scheme} {', '.join(names)}" for scheme, names in need["classes"].items())
        said.append(_("classes: %(classes)s") % {"classes": classes})
    return ", ".join(said)


def looked_up_table(found: Sequence[Looked]) -> Table:
    """Return what the lists say of values: a row for each hit, and one for a value that no list has."""
    return Table(
        caption=_("What the lists say"),
        columns=[
            Column(_("Value")),
            Column(_("What follows")),
            Column(_("Why")),
            Column(_("What it lacks for more")),
            Column(_("List")),
            Column(_("Entry, or its class")),
            Column(_("Bits"), numeric=True),
            Column(_("Votes for"), numeric=True),
            Column(_("Votes against"), numeric=True),
            Column(_("Compared with its source")),
        ],
        rows=[Row(cells) for one in found for cells in _looked_up(one)],
        id="looked-up",
        fixed=True,
    )


def _looked_up(looked: Looked) -> Iterator[list[object]]:
    verdict, value = looked.verdict, Code(looked.text, 40)
    act = ACTS.get(verdict.act, _("Nothing"))
    because = "; ".join(dict.fromkeys(str(WHYS[one.code]) for one in verdict.because))
    lacks = "; ".join(dict.fromkeys(str(NEEDS_MORE.get(one.code, WHYS[one.code])) for one in verdict.lacks))
    heard = [met for answer in looked.answers for met in judging.heard(answer, looked.caller)]
    if any(judging.closed(answer, looked.caller) for answer in looked.answers):
        found = {one for answer in looked.answers for one in judging.classes(answer, looked.caller)}
        said = sorted(f"{one.scheme} {one.classification}".strip() for one in found)
        where = _("A list that your organisation does not hold")
        yield [value, act, because, lacks, where, ", ".join(said) or "–", "–", "–", "–", "–"]
    elif not heard:
        yield [value, act, because, lacks, _("No list has it"), "–", "–", "–", "–", "–"]
    for met in heard:
        count = counted(met.entry)
        checked = When(datetime.fromisoformat(met.match.checked)) if met.match.checked else "–"
        entry = Code(met.match.entry, 24)
        at = (met.match.list, entry, met.match.distance)
        hidden = judging.blind(looked.caller, met.entry)
        votes = [_("After your own vote")] * 2 if hidden else [count.votes, count.against]
        yield [value, act, because, lacks, *at, *votes, checked]


def calls_table(viewer: Viewer, page: Page[LookupCall]) -> Table:
    """Return what programs and people of the viewer's organisation looked up, each with its page."""
    opens = viewer.may(Permission.LOOKUP_ASK)
    return Table(
        caption=_("What was looked up"),
        columns=[
            Column(_("Call")),
            Column(_("Asked")),
            Column(_("Purpose")),
            Column(_("Reference")),
            Column(_("Signals"), numeric=True),
            Column(_("Hits"), numeric=True),
            Column(_("Asked as")),
        ],
        rows=[
            Row(
                [
                    Code(one.call, 8),
                    When(one.at),
                    purpose_in_words(one.protocol, one.purpose) or "–",
                    one.reference or "–",
                    sum(one.signals.values()),
                    one.hits,
                    asked_as(one.protocol),
                ],
                url=reverse("lists:call", args=[one.pk]) if opens else "",
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(
            _("Nothing was looked up yet"),
            _("Make a key for it, and set what it may conclude from a hit."),
            reverse("organisations:keys"),
            _("Keys"),
        ),
        id="calls",
    )
