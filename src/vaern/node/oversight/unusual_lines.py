"""What is unusual as lines: a sentence that says what and why, and the way to the entries that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.ledger.models import Entry
from vaern.node.oversight import unusual_rules as rules
from vaern.node.oversight.names import Names
from vaern.node.oversight.unusual_rules import Rule, What
from vaern.node.web.components import Chip, Empty, Link
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vaern.node.ledger.rules import Verb
    from vaern.node.oversight.sight import Sight
    from vaern.node.oversight.unusual import Weeks
    from vaern.node.oversight.unusual_rules import Finding

SHOWN = 50

RULES = {
    Rule.OPENED: gettext_lazy("Records opened"),
    Rule.HOURS: gettext_lazy("Records opened at unusual hours"),
    Rule.SEARCHED: gettext_lazy("Searches"),
    Rule.TAKEN_OUT: gettext_lazy("Exports and downloads"),
    Rule.FOREIGN: gettext_lazy("Records of other organisations opened"),
    Rule.ONLY_READ: gettext_lazy("Records read and not worked on"),
}

EXPLAINED = {
    Rule.OPENED: gettext_lazy("Openings of casework records on one day."),
    Rule.HOURS: gettext_lazy(
        "Openings at an hour at which, and next to which, the person did nothing at all in the four weeks before."
    ),
    Rule.SEARCHED: gettext_lazy("Searches on one day, in any list or in the search of everything."),
    Rule.TAKEN_OUT: gettext_lazy("Exports, documents and lists that were taken out of the node on one day."),
    Rule.FOREIGN: gettext_lazy("Openings on one day of records that belong to another organisation."),
    Rule.ONLY_READ: gettext_lazy(
        "Records that the person opened on one day, and to which they did nothing else that day."
    ),
}

OF_RULE = {
    Rule.SEARCHED: What.SEARCHED,
    Rule.TAKEN_OUT: What.TAKEN_OUT,
    Rule.FOREIGN: What.FOREIGN,
}
"""The filter of the ledger that leads to what a rule counted; the others counted openings."""

WEEKLY = {
    What.OPENED.value: (gettext_lazy("Records opened"), {"what": What.OPENED.value}),
    What.FOREIGN.value: (gettext_lazy("Records of other organisations opened"), {"what": What.FOREIGN.value}),
    What.SEARCHED.value: (gettext_lazy("Searches"), {"what": What.SEARCHED.value}),
    What.TAKEN_OUT.value: (gettext_lazy("Exports and downloads"), {"what": What.TAKEN_OUT.value}),
    What.REFUSED.value: (gettext_lazy("Passwords and second factors refused"), {"what": What.REFUSED.value}),
    "reason_chosen": (gettext_lazy("Reasons that people chose themselves"), {"given": "chosen"}),
    "reason_default": (gettext_lazy("Reasons taken over as suggested"), {"given": "default"}),
}


def address(since: date, until: date, **filters: object) -> str:
    """Return the address of the ledger's entries of some days."""
    given = {**filters, "since": since.isoformat(), "until": until.isoformat()}
    return f"{reverse('oversight:ledger')}?{urlencode(given)}"


def findings_table(sight: Sight, found: Sequence[Finding]) -> Table:
    """Return what is unusual, by day. Its rows stay as they stand: nobody is ranked."""
    shown = found[:SHOWN]
    names = Names(sight, [Entry(person=one.person) for one in shown])
    rows = []
    for one in shown:
        who = names.person(one.person)
        rows.append(
            Row(
                [
                    date_format(one.day, "SHORT_DATE_FORMAT"),
                    Link(who.text, who.url) if who.url else who.text,
                    RULES[one.rule],
                    _sentence(one),
                    Link(_("See these entries"), _lead(one)),
                ]
            )
        )
    heads = (_("Day"), _("Who"), _("What"), _("Against their own usual"), _("Where to look"))
    return Table(
        caption=_("Unusual for the person themselves"),
        show_caption=True,
        columns=[Column(head) for head in heads],
        rows=rows,
        id="unusual",
        fixed=True,
        empty=Empty(
            _("Nothing is unusual"),
            _("In the last seven days everybody did about what they did in the four weeks before."),
        ),
    )


def _lead(one: Finding) -> str:
    what = OF_RULE.get(one.rule, What.OPENED)
    return address(one.day, one.day, person=one.person, what=what.value)


def _sentence(one: Finding) -> str:
    if one.rule is Rule.HOURS:
        hours = ", ".join(f"{hour:02}–{(hour + 1) % 24:02}" for hour in one.hours)
        return _("%(n)s opened at %(hours)s o’clock, when they did nothing in the four weeks before.") % {
            "n": number_format(one.count),
            "hours": hours,
        }
    if not one.usual:
        return _("%(n)s on this day; on nine of ten of their days before, none.") % {"n": number_format(one.count)}
    return _("%(n)s on this day; on nine of ten of their days before, at most %(usual)s.") % {
        "n": number_format(one.count),
        "usual": number_format(one.usual),
    }


def weeks_table(weeks: Mapping[str, Weeks], first: date, today: date) -> Table:
    """Return the week's numbers of the whole beside those of the four weeks before."""
    rows = []
    for name, (label, filters) in WEEKLY.items():
        one = weeks[name]
        chip = Chip(_("Unusual"), "warning") if one.unusual else ""
        before = ", ".join(number_format(number) for number in one.before)
        rows.append(Row([label, one.now, before, chip], url=address(first, today, **filters)))
    return Table(
        caption=_("The last seven days, against the four weeks before"),
        show_caption=True,
        columns=[
            Column(_("What")),
            Column(_("Last seven days"), numeric=True),
            Column(_("The four weeks before, the oldest first"), numeric=True),
            Column(_("Against the weeks before")),
        ],
        rows=rows,
        id="weeks",
        fixed=True,
    )


def chosen_share(weeks: Mapping[str, Weeks]) -> str:
    """Return in a sentence how often reasons were chosen, and how often taken over as suggested."""
    chosen, default = weeks["reason_chosen"], weeks["reason_default"]
    now, before = _share(chosen.now, default.now), _share(sum(chosen.before), sum(default.before))
    if not now:
        return _("Nobody gave a reason in the last seven days.")
    if not before:
        return _("Of the reasons of the last seven days people chose %(now)s themselves.") % {"now": now}
    text = _("Of the reasons of the last seven days people chose %(now)s themselves; before it was %(before)s.")
    return text % {"now": now, "before": before}


def _share(chosen: int, default: int) -> str:
    whole = chosen + default
    return f"{number_format(round(100 * chosen / whole))} %" if whole else ""


def rules_explained() -> list[tuple[object, object]]:
    """Return each rule with what it counts and from how many on."""
    return [
        (label, f"{EXPLAINED[rule]} " + _("From %(n)s on.") % {"n": number_format(rules.FLOORS[rule])})
        for rule, label in RULES.items()
    ]


def verb_address(verb: Verb, since: date, until: date) -> str:
    """Return the address of the entries behind a chart of operations."""
    return address(since, until, verb=verb.value)
