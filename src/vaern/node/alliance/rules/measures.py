"""What each indicator sums, as SQL over the tracks of its population. Names and conditions only; no value of anybody.

`tests/node/alliance/indicators/naive.py` says the same in Python, record by record; a property test holds the two
equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaern.node.alliance.rules.populations import DROPPED


@dataclass(frozen=True)
class Measure:
    """What is summed.

    Attributes:
        cohort: the time that puts a track into a period; an expression.
        counts: the weight of each track in the denominator.
        hits: the condition under which it is in the numerator too; "" for a count, which has none.
        of: the condition under which it is counted at all.
        weight: its weight in the numerator, if that is another than in the denominator.
        took: for a median, the expression of the time that it took.
        owner: the column of the organisation whose member it is counted for.
        source: the column by which the largest source is told apart; "" where there are none.
        split: the column by which it is split.
        ripens: from which column its limit runs; what is younger than the limit is not counted.
    """

    cohort: str
    counts: str = "1"
    hits: str = ""
    of: str = "true"
    weight: str = ""
    took: str = ""
    owner: str = "owner"
    source: str = ""
    split: str = ""
    ripens: str = ""


CHILDREN = "coalesce(children, 1)"
KNOWN = "identified = 1 AND coalesce(twice, 0) = 0"
"""Nobody took the identification back, and it is not that of another series with which it was merged."""

SAFE = "safeguarded_at >= identified_at"
"""The child who is known is safe; one who was taken for that child before, and made safe, is not."""

HOME = "outcome_at IS NOT NULL"
SUSPECT = f"{HOME} AND suspect_at IS NOT NULL"
CHARGED = f"{SUSPECT} AND charged_at IS NOT NULL"
CONVICTED = f"{CHARGED} AND convicted_at IS NOT NULL"
"""Each holds the one before, which is so anyway, for `suppression.relations`: what numbers tell of each other."""

SPEAKS = "coalesce(silent, 0) = 0 AND coalesce(merged, 0) = 0"
"""Of a case that is silent nothing is told, not even as one of many; one that was merged is no case of its own."""

LIMIT = "%(limit)s"
"""Where the definition's limit is filled in, as an interval."""


def _within(done: str, since: str) -> str:
    return f"{done} <= {since} + {LIMIT}"


_REMOVAL = Measure(
    "notified_at",
    hits=_within("offline_at", "notified_at"),
    of="coalesce(offline_at >= notified_at, true)",
    source="host",
    split="country",
    ripens="notified_at",
)
"""What was gone before anybody was notified, and came back, was not removed by that notice: it is not counted."""

MEASURES: dict[str, Measure] = {
    "identified_flow": Measure("identified_at", counts=CHILDREN, of=KNOWN, owner="identified_by"),
    "safeguarded_flow": Measure("safeguarded_at", counts=CHILDREN, of=f"{KNOWN} AND {SAFE}", owner="identified_by"),
    "safeguarded_share": Measure("identified_at", counts=CHILDREN, hits=SAFE, of=KNOWN, owner="identified_by"),
    "country_share": Measure("opened_at", hits="proposed = 1", of="coalesce(absorbed, 0) = 0"),
    "country_accepted_share": Measure("disseminated_at", hits="accepted = 1"),
    "urgent_triage": Measure(
        "arrived_at",
        hits=_within("touched_at", "arrived_at"),
        of="urgent = 1",
        took="touched_at - arrived_at",
        ripens="arrived_at",
    ),
    "public_reports": Measure("arrived_at", of="sender = 'public'"),
    "forwarded_with_outcome": Measure("arrived_at", hits=HOME, of="copy = 1"),
    "dropped_by_receiver": Measure(
        "arrived_at",
        hits=f"outcome IN ({', '.join(repr(code) for code in DROPPED)})",
        of="copy = 1 AND outcome_at IS NOT NULL",
    ),
    "referral_suspect": Measure("arrived_at", hits=SUSPECT, of="copy = 1"),
    "referral_charged": Measure("arrived_at", hits=CHARGED, of="copy = 1"),
    "referral_convicted": Measure("arrived_at", hits=CONVICTED, of="copy = 1"),
    "referral_child": Measure("arrived_at", hits=f"{HOME} AND child_at IS NOT NULL", of="copy = 1"),
    "suspects_identified": Measure("suspect_at", of=SPEAKS),
    "suspects_charged": Measure("charged_at", of=f"{SPEAKS} AND charged_at >= suspect_at"),
    "suspects_convicted": Measure(
        "convicted_at", of=f"{SPEAKS} AND charged_at >= suspect_at AND convicted_at >= charged_at"
    ),
    "police_notice_24h": Measure("traced_at", hits=_within("police_at", "traced_at"), ripens="traced_at"),
    "removal_24h": _REMOVAL,
    "removal_72h": _REMOVAL,
    "removal_7d": _REMOVAL,
    "reappearance": Measure("offline_at", hits="back_at > offline_at"),
    "held_share": Measure("traced_at", hits="held_at IS NOT NULL"),
    "known_material_share": Measure(
        "arrived_at",
        counts="items",
        hits="fresh IS NOT NULL",
        weight="items - fresh",
        of="coalesce(copy, 0) = 0 AND items > 0 AND fresh IS NOT NULL",
    ),
    "assistance_days": Measure(
        "sent_at",
        hits="answered_at IS NOT NULL",
        of="kind IN ('produce', 'mla')",
        took="answered_at - sent_at",
        split="instrument",
    ),
    "preservations_lapsed": Measure(
        "least(lapsed_at, answered_at)", hits="coalesce(lapsed_at < answered_at, lapsed_at IS NOT NULL)"
    ),
}
"""By indicator. Stock and growth are made of the flow (`derived`)."""


def contribution(code: str, limit: str, ripe: str) -> str:
    """Return a row of expressions over a track: code, organisation, month, split, source, numerator, denominator,
    and whether it is counted.

    Args:
        code: of the indicator.
        limit: its limit as an interval; "" if it has none.
        ripe: the moment by which it has to be over, as an expression.
    """  # noqa: D205 - one sentence
    one = MEASURES[code]
    hits = f"CASE WHEN {one.hits} THEN {one.weight or one.counts} ELSE 0 END" if one.hits else "0"
    counted = f"({one.of}) AND {one.cohort} IS NOT NULL"
    if one.ripens:
        counted += f" AND {one.ripens} + {LIMIT} <= {ripe}"
    split, source = (f"coalesce({column}, '')" if column else "''" for column in (one.split, one.source))
    row = (
        f"('{code}', coalesce({one.owner}, '{NOBODY}'), date_trunc('month', {one.cohort} AT TIME ZONE 'UTC')::date, "
        f"{split}, {source}, {hits}, {one.counts}, {counted})"
    )
    return row.replace(LIMIT, limit)


NOBODY = "00000000-0000-0000-0000-000000000000"
"""Of no organisation."""
