"""Look up a hash: is a signal known, identified, being worked on? Answered at once between this node's organisations.

One function, `known`. Whoever asks learns how a signal stands: the child is safe, identified, somebody works on it. By
whom, only where they see that series themselves, or its owner lets everybody know; else that *another organisation*
holds it, to be asked through the cross-check desk. Neither how many hold it, nor which series, nor what else is in it.

Asking is a read: it has a reason, one entry of the ledger, and an allowance, so that nobody goes through a list of
hashes to learn what the others have. Other nodes are asked, and answered, by `questions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.models import Release
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission
from vaern.node.victims.models import Openness, Series
from vaern.node.victims.rules import sharing as rules
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Held, Standing
from vaern.node.victims.sharing import acts
from vaern.node.victims.sharing.lookalikes import near_series
from vaern.node.web import limits
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Signal

LIST = Subject("series")
_SPACE = UUID("3c6c3b53-6a7d-4a0e-9b5c-52f0ad5f8d02")

HOLDING = sorted(
    kind.value
    for kind in OrganisationKind
    if any(kind in rule.kinds and Permission.SERIES_WORK in rule.permissions for rule in ROLES.values())
)
"""Kinds of organisation that hold series."""

_EXACT = " UNION ALL ".join(
    f"(SELECT series_id FROM victims_member WHERE w.kind = '{kind}' AND organisation_id = ANY(%(owners)s) "
    f"AND {kind} = w.value LIMIT %(most)s)"
    for kind in sorted(DIGEST_KINDS)
)
_HELD = f"""
    SELECT DISTINCT w.number, m.series_id
    FROM unnest(%(kinds)s::text[], %(values)s::bytea[]) WITH ORDINALITY w(kind, value, number), LATERAL ({_EXACT}) m
"""

MOST_HELD = 500
"""Files with one digest that are looked at; those of one organisation are in one series, so that this is enough."""


class TooOftenError(Refusal):
    """The rate limit is exhausted.

    Attributes:
        wait: seconds until the next question.
    """

    def __init__(self, wait: int) -> None:
        super().__init__(_("Too many questions within the hour. Try again in %(n)s seconds.") % {"n": wait})
        self.wait = wait


@dataclass(frozen=True)
class Answer:
    """The answer for one signal.

    Attributes:
        signal: that was asked about.
        standing: from `safeguarded` to `unknown`.
        by: the organisations that hold it and may be named, by name.
        others: somebody holds it who is not named: ask through the cross-check desk.
        near: it was found by a signal within the engine's distance, and by no equal one.
        series: those that the viewer may open.
    """

    signal: Signal
    standing: Standing
    by: tuple[Organisation, ...] = ()
    others: bool = False
    near: bool = False
    series: tuple[Series, ...] = ()


@transaction.atomic
def known(viewer: Viewer, reason: Reason, signals: Sequence[Signal]) -> list[Answer]:
    """Answer for each signal whether somebody on this node knows it; recorded as a read.

    Args:
        viewer: who may see series.
        reason: why they ask.
        signals: MD5, SHA-1, SHA-256, or PDQ.

    Raises:
        Refusal: none or too many signals, or one that cannot be compared.
        TooOftenError: too many questions within the hour.
    """
    if not 0 < len(signals) <= rules.MOST_ASKED:
        raise Refusal(_("Ask about 1 to %(most)s signals at once.") % {"most": rules.MOST_ASKED})
    if any(signal.kind not in DIGEST_KINDS and signal.kind != "pdq" for signal in signals):
        raise Refusal(_("Only MD5, SHA-1, SHA-256 and PDQ are compared."))
    _take(viewer)
    record(acts.ASKED, LIST, viewer.actor, reason, count=len(signals))
    return look(viewer, signals)


def look(viewer: Viewer, signals: Sequence[Signal]) -> list[Answer]:
    """Return what may be said to a viewer of each signal; the caller has asked whether they may, and writes the entry.

    An organisation of another node is told of the series of this one, and of no copy of others'.
    """
    exact = _held(signals)
    missed = [signal.value for n, signal in enumerate(signals) if signal.kind == "pdq" and n not in exact]
    near = near_series(missed)
    by_signal = {n: exact.get(n) or near.get(signal.value, set()) for n, signal in enumerate(signals)}
    facts = _facts(viewer, {one for found in by_signal.values() for one in found})
    return [
        _answer(signal, [facts[id] for id in by_signal[n] if id in facts], near=n not in exact)
        for n, signal in enumerate(signals)
    ]


@dataclass(frozen=True)
class _Fact:
    """One series with what may be said of it to this viewer."""

    series: Series
    held: Held


def _answer(signal: Signal, facts: Sequence[_Fact], *, near: bool) -> Answer:
    said = rules.say(fact.held for fact in facts)
    owners = {fact.series.organisation_id: fact.series.organisation for fact in facts}
    return Answer(
        signal,
        said.standing,
        tuple(sorted((owners[id] for id in said.by), key=lambda one: one.name)),
        said.others,
        near and bool(facts),
        tuple(fact.series for fact in facts if fact.held.sees),
    )


def _facts(viewer: Viewer, ids: set[UUID]) -> Mapping[UUID, _Fact]:
    """Return what may be said of some series to this viewer, by their ids."""
    if not ids:
        return {}
    held = Series.everywhere.filter(pk__in=ids, absorbed_into=None).select_related("organisation__member")
    released = set(
        Release.valid()
        .filter(kind=Series.KIND, record__in=ids, recipient=viewer.organisation)
        .values_list("record", flat=True)
    )
    named = set(Openness.everywhere.filter(named=True).values_list("pk", flat=True))
    found = [one for one in held if not one.is_copy or one.pk in released]  # who does not have it asks its own node
    return {
        one.pk: _Fact(
            one,
            Held(
                one.organisation_id,
                rules.standing_of(
                    State(one.state),
                    identified=one.identified_on is not None,
                    safeguarded=one.safeguarded_on is not None,
                ),
                sees=one.organisation_id == viewer.organisation.id or one.pk in released,
                named=one.organisation_id in named,
            ),
        )
        for one in found
    }


def _held(signals: Sequence[Signal]) -> dict[int, set[UUID]]:
    """Return the series that hold an equal digest or PDQ, by the number of the signal."""
    owners = list(Organisation.all_nodes.filter(kind__in=HOLDING).values_list("pk", flat=True))
    digests = [(n, signal) for n, signal in enumerate(signals) if signal.kind in DIGEST_KINDS]
    found: dict[int, set[UUID]] = {}
    if not digests or not owners:
        return found
    given: dict[str, Any] = {
        "kinds": [signal.kind for _n, signal in digests],
        "values": [signal.value for _n, signal in digests],
        "owners": owners,
        "most": MOST_HELD,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HELD, given)
        for number, series in cursor.fetchall():
            found.setdefault(digests[number - 1][0], set()).add(series)
    return found


def _take(viewer: Viewer) -> None:
    """Take a question out of the allowance of the asker, and of their organisation.

    Raises:
        TooOftenError: one is used up.
    """
    who = viewer.person or viewer.key
    assert who is not None  # a viewer is a person or a key
    for name, (rate, burst) in (
        (f"one {who.pk}", rules.ASKED_OF_PERSON),
        (f"organisation {viewer.organisation.id}", rules.ASKED_OF_ORGANISATION),
    ):
        if wait := limits.take(uuid5(_SPACE, name), rate, burst):
            raise TooOftenError(wait)
