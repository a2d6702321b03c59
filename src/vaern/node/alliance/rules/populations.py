"""What indicators count, and which ledger entries supply each fact.

One table: a population has a row for each record, a column takes its value from the first entry of some acts, or from
the last. `tracks` makes SQL of it, and the tests' second implementation reads entries one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vaern.node.reports.rules.outcomes import Outcome

Take = Literal["at", "organisation", "count", "tag", "is"]


@dataclass(frozen=True)
class Column:
    """One column of a population.

    Attributes:
        name: of the column.
        acts: the entries that it is taken from.
        take: what of the entry: its time, who acted, its count, a tag, or whether it is one of `means`.
        tag: the name of the tag; an entry without it says nothing.
        number: the tag is a whole number.
        last: the last entry decides, not the first.
        unless: no value of the tag counts that is among these.
        means: of `is`: the acts that say so; the others take it back.
    """

    name: str
    acts: tuple[str, ...]
    take: Take = "at"
    tag: str = ""
    number: bool = False
    last: bool = False
    unless: tuple[str, ...] = ()
    means: tuple[str, ...] = ()


@dataclass(frozen=True)
class Population:
    """One population.

    Attributes:
        name: its name in definitions.
        table: of the database.
        columns: what is known of each.
        item: the tag that tells the items of one record apart; "" where the record itself counts.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    item: str = ""

    @property
    def acts(self) -> tuple[str, ...]:
        """Every act that supplies a fact of it."""
        return tuple(sorted({act for column in self.columns for act in column.acts}))


def _stands(name: str, act: str, taken_back: str) -> Column:
    """Whether the last word was that something is so, and not that it is not: 1 or 0."""
    return _last_word(name, (act,), (taken_back,))


def _last_word(name: str, means: tuple[str, ...], others: tuple[str, ...]) -> Column:
    return Column(name, (*means, *others), "is", last=True, means=means)


IDENTIFIED = ("victims.series.identified", "victims.copy.identified")
RETRACTED = ("victims.series.retracted", "victims.copy.retracted", "victims.copy.overruled")
SAFEGUARDED = ("victims.series.safeguarded", "victims.copy.safeguarded", "victims.copy.safe")
"""Of series of this node, and of copies of another's: a deed is counted by the node of whoever did it."""

RECEIVED = "reports.report.received"
TRACED = ("reports.location.traced", "reports.location.host_changed")
NOTIFIED = "reports.notice.sent"
OUTCOME = ("reports.outcome.returned", "reports.outcome.carried")
NO_OUTCOME = ("in_progress", "opened", "joined", "passed_on")
"""Codes that say that somebody works on it, and not yet what came of it."""


def _came(name: str, acts: tuple[str, ...], *codes: Outcome) -> Column:
    """When the first of some outcomes was told."""
    return Column(name, acts, "at", "outcome", unless=tuple(one.value for one in Outcome if one not in codes))


SUSPECT = (Outcome.SUSPECT_IDENTIFIED, Outcome.CHARGED, Outcome.CONVICTED)
CHARGED = (Outcome.CHARGED, Outcome.CONVICTED)
"""What says that there is a suspect, and that somebody is charged: who was convicted was both."""

SAID_OF_CASE = ("cases.outcome.said",)
SILENCED, SPOKE = "cases.case.silenced", ("cases.case.spoke", "cases.case.silence_ended")

ACTED_ON = ("reports.assessment.concluded",)
DISMISSED = ("reports.assessment.nothing", "reports.law.closed")
TAKEN_BACK = ("reports.assessment.undone", "reports.report.reopened")


DROPPED = ("needs_more", "not_an_offence_here", "dropped")
"""Codes that say that the receiver did not take it up."""

KEPT_OR_LET_GO = ("secured", "let_go")
"""Codes that say that a clock stopped though no evidence came."""

POPULATIONS: dict[str, Population] = {
    one.name: one
    for one in (
        Population(
            "series",
            "alliance_seriestrack",
            (
                Column("opened_at", ("victims.series.opened",)),
                _stands("proposed", "victims.country.proposed", "victims.country.dropped"),
                Column("disseminated_at", ("victims.series.disseminated",)),
                _stands("accepted", "victims.series.accepted", "victims.series.given_back"),
                Column("identified_at", IDENTIFIED, last=True),
                Column("identified_by", IDENTIFIED, "organisation", last=True),
                Column("children", IDENTIFIED, "tag", "children", number=True, last=True),
                _last_word("identified", IDENTIFIED, RETRACTED),
                Column("safeguarded_at", SAFEGUARDED, last=True),
                _stands("absorbed", "victims.series.absorbed", "victims.series.restored"),
                Column(
                    "twice",
                    ("victims.series.absorbed", "victims.series.restored"),
                    "tag",
                    "twice",
                    number=True,
                    last=True,
                ),
                *(
                    Column(name, IDENTIFIED, "tag", name, number=True, last=True)
                    for name in ("girls", "boys", "others", "under3", "under14", "under18", "adult")
                ),
            ),
        ),
        Population(
            "reports",
            "alliance_reporttrack",
            (
                Column("arrived_at", (RECEIVED,)),
                Column("urgent", (RECEIVED,), "tag", "urgent", number=True),
                Column("copy", (RECEIVED,), "tag", "copy", number=True),
                Column("home", (RECEIVED,), "tag", "home", number=True),
                Column("sender", (RECEIVED,), "tag", "from"),
                _stands("duplicate", "reports.report.set_aside", "reports.report.separated"),
                _last_word("acted_on", ACTED_ON, (*DISMISSED, *TAKEN_BACK)),
                _last_word("dismissed", DISMISSED, (*ACTED_ON, *TAKEN_BACK)),
                Column("items", (RECEIVED,), "count"),
                Column("fresh", (RECEIVED,), "tag", "new", number=True),
                Column(
                    "touched_at",
                    (
                        "reports.report.claimed",
                        "reports.assessment.made",
                        "reports.assessment.concluded",
                        "reports.assessment.nothing",
                        "reports.assessment.second_asked",
                    ),
                ),
                Column("outcome", OUTCOME, "tag", "outcome", last=True),
                Column("outcome_at", OUTCOME, "at", "outcome", unless=NO_OUTCOME),
                _came("suspect_at", OUTCOME, *SUSPECT),
                _came("charged_at", OUTCOME, *CHARGED),
                _came("convicted_at", OUTCOME, Outcome.CONVICTED),
                _came("child_at", OUTCOME, Outcome.VICTIM_SAFEGUARDED),
            ),
        ),
        Population(
            "locations",
            "alliance_locationtrack",
            (
                Column("traced_at", TRACED),
                Column("police_at", ("reports.location.police_told", "reports.location.followed"), "at", "told"),
                Column("held_at", ("reports.hold.begun",)),
                Column("notified_at", (NOTIFIED,)),
                Column("offline_at", ("reports.location.offline",)),
                Column(
                    "back_at",
                    ("reports.location.reappeared", "reports.location.reported_again"),
                    "at",
                    "back",
                    unless=("0",),
                    last=True,
                ),
                Column("country", (NOTIFIED,), "tag", "country"),
                Column("host", (NOTIFIED,), "tag", "host"),
            ),
            item="item",
        ),
        Population(
            "cases",
            "alliance_casetrack",
            (
                _came("suspect_at", SAID_OF_CASE, *SUSPECT),
                _came("charged_at", SAID_OF_CASE, *CHARGED),
                _came("convicted_at", SAID_OF_CASE, Outcome.CONVICTED),
                _last_word("silent", (SILENCED,), SPOKE),
                _stands("merged", "cases.case.merged", "cases.case.separated"),
            ),
        ),
        Population(
            "requests",
            "alliance_requesttrack",
            (
                Column("sent_at", ("cases.assistance.sent",)),
                Column("kind", ("cases.assistance.sent",), "tag", "kind"),
                Column("instrument", ("cases.assistance.sent",), "tag", "instrument"),
                Column("answered_at", ("cases.assistance.answered",)),
            ),
        ),
        Population(
            "preservations",
            "alliance_preservationtrack",
            (
                Column("lapsed_at", ("cases.clock.lapsed",)),
                Column("answered_at", ("cases.clock.settled",), "at", "how", unless=KEPT_OR_LET_GO),
            ),
            item="item",
        ),
    )
}
"""The table. A test holds that every act here exists, and another that people's real acts carry the tags."""
