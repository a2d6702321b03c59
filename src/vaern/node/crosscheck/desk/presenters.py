"""Turn what the queries return into what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.crosscheck.base import labels
from vaern.node.crosscheck.desk.graph import Graph
from vaern.node.crosscheck.desk.labels import SIGNS, countries
from vaern.node.web.components import Chip, Code, Definitions, Empty, Link, Part, Score, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vaern.node.crosscheck.desk.queries import Group, Inside, NumberedMeeting, Question
    from vaern.node.crosscheck.models import CountryQuestion, Meeting
    from vaern.node.crosscheck.rules.registry import State


def groups_table(found: Sequence[Group]) -> Table:
    """Return the work list of the desk."""
    return Table(
        caption=_("Groups of matches"),
        columns=[
            Column(_("Group")),
            Column(_("They hold the same")),
            Column(_("Organisations"), numeric=True),
            Column(_("Records"), numeric=True),
            Column(_("How they stand")),
            Column(_("Since")),
            Column(_("Talk")),
        ],
        rows=[
            Row(
                [
                    Code(str(one.id)[:8]),
                    labels.kinds(one.kinds),
                    one.organisations,
                    one.records,
                    standing(one.states),
                    When(one.since),
                    talk(one),
                ],
                url=reverse("crosscheck:group", args=[one.id]),
            )
            for one in found
        ],
        empty=Empty(_("No matches"), _("When records of two organisations hold the same value, they appear here.")),
        id="groups",
    )


def talk(one: Group) -> Chip | str:
    """Return whether the sides know each other, or were asked to."""
    if one.agreed:
        return Chip(_("Both agreed"), "good")
    return Chip(_("Suggested"), "info") if one.nudged_at else Chip(_("Not yet"), "warning")


def standing(states: Mapping[State, int]) -> str:
    """Return the number of records in each state, in words."""
    return ", ".join(f"{labels.STATES[state][0]}: {states[state]}" for state in labels.STATES if states.get(state))


def group_context(found: Inside) -> dict[str, Any]:
    """Return what the page of a group shows."""
    one = found.group
    return {
        "one": one,
        "short": str(one.id)[:8],
        "facts": Definitions(
            [
                (_("Organisations"), one.organisations),
                (_("Records"), one.records),
                (_("Matches"), one.meetings),
                (_("How they stand"), standing(one.states)),
                (_("Since"), When(one.since)),
                (_("Latest"), When(one.latest)),
                (_("Suggested to talk"), When(one.nudged_at)),
            ]
        ),
        "graph": Graph(found, _("Which records of the group hold which keys; the tables below say the same.")),
        "keys": keys_table(found),
        "meetings": meetings_table(found.meetings),
        "more_keys": found.more_keys,
        "more_records": found.more_records,
    }


def keys_table(found: Inside) -> Table:
    """Return the keys of a group."""
    return Table(
        caption=_("Keys"),
        columns=[
            Column(_("Kind")),
            Column(_("Keyed value")),
            Column(_("Records")),
            Column(_("Organisations"), numeric=True),
        ],
        rows=[
            Row(
                [
                    labels.KINDS[key.kind],
                    Code(f"{key.short}…"),
                    ", ".join(str(n) for n in key.records),
                    key.organisations,
                ]
            )
            for key in found.keys
        ],
        id="keys",
        show_caption=True,
    )


def meetings_table(found: Sequence[NumberedMeeting]) -> Table:
    """Return the meetings of a group, each with the button that suggests to talk."""

    def button(one: NumberedMeeting) -> Any:
        if one.agreed:
            return Chip(_("Both agreed"), "good")
        if one.nudged:
            return Chip(_("Suggested"), "info")
        return Link(
            _("Suggest to talk: %(one)s and %(other)s") % {"one": one.one, "other": one.other},
            reverse("crosscheck:nudge", args=[one.id]),
        )

    return Table(
        caption=_("Matches"),
        columns=[Column(_("Records")), Column(_("Both hold the same")), Column(_("Since")), Column(_("Talk"))],
        rows=[
            Row(
                [
                    _("%(one)s and %(other)s") % {"one": one.one, "other": one.other},
                    labels.kinds(one.kinds),
                    When(one.at),
                    button(one),
                ]
            )
            for one in found
        ],
        id="meetings",
        show_caption=True,
    )


def questions_table(found: Sequence[tuple[Question, int]]) -> Table:
    """Return the questions about countries that wait."""
    names = countries(p["country"] for one, _keys in found for p in one.proposals[:3])
    return Table(
        caption=_("Questions about countries"),
        columns=[Column(_("Question")), Column(_("Asked")), Column(_("Keys"), numeric=True), Column(_("Points to"))],
        rows=[
            Row(
                [
                    Code(str(one.pk)[:8]),
                    When(one.asked_at),
                    keys,
                    ", ".join(f"{names[p['country']]} {p['points']}" for p in one.proposals[:3]) or _("Nothing"),
                ],
                url=reverse("crosscheck:answer-country", args=[one.pk]),
            )
            for one, keys in found
        ],
        empty=Empty(_("Nobody asks"), _("Questions about the country of a report, a series or a case wait here.")),
        id="questions",
    )


def asked_facts(question: Question, keys: int) -> Definitions:
    """Return which question the desk answers: as much as its list says."""
    return Definitions(
        [
            (_("Question"), Code(str(question.pk)[:8])),
            (_("Asked"), When(question.asked_at)),
            (_("Keys"), keys),
        ]
    )


def met_facts(meeting: Meeting) -> Definitions:
    """Return which meeting the desk suggests to talk about: nothing of the records, as on the page of its group."""
    return Definitions([(_("Both hold the same"), labels.kinds(meeting.kinds)), (_("Since"), When(meeting.met_at))])


def pointed_to(question: Question) -> object:
    """Return the countries that the signs of a question point to, for the person who answers it."""
    lines = format_html_join("", "{}", ((one,) for one in scores(question)))
    lines = lines or format_html("<p>{}</p>", _("There is no sign."))
    return format_html("<h2>{}</h2>{}", _("What the signs point to"), lines)


def scores(question: Question) -> list[Score]:
    """Return each country with the lines that explain it."""
    names = countries(one["country"] for one in question.proposals)
    return [
        Score(
            [
                Part(
                    SIGNS[line["code"]],
                    line["points"],
                    ngettext("%(n)s such sign", "%(n)s such signs", line["signs"]) % {"n": line["signs"]},
                )
                for line in one["lines"]
            ],
            label=names[one["country"]],
        )
        for one in question.proposals
    ]


def desks_table(question: CountryQuestion) -> Table | None:
    """Return to which desks of the countries a report can be forwarded; None if a hub named none."""
    names = countries(one["country"] for one in question.desks)
    if not question.desks:
        return None
    return Table(
        caption=_("Desks there that take reports"),
        columns=[Column(_("Country")), Column(_("Organisation")), Column(_("Node"))],
        rows=[Row([names[one["country"]], one["name"], one["node"]]) for one in question.desks],
        id="desks",
        show_caption=True,
    )
