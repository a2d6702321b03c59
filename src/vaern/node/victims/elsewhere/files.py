"""The files and clues of a series as messages carry them: read from the tables, and written into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import Unsealable, seal, unseal
from vaern.node.victims.base.queries import known_of, recipients_of
from vaern.node.victims.elsewhere.bodies import File, Observed
from vaern.node.victims.models import Clue, Member, NearValue, Series
from vaern.node.victims.models.clues import SEALED
from vaern.node.victims.rules import clues as rules
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature
from vaern.node.victims.rules.exchanged import IMPOSSIBLE, MOST_CLUES, MOST_FILES, MOST_VALUES, TOO_MANY_FILES, WORDS
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

PLAIN = ("mime", "size", "make", "model", "lens", "taken", "taken_local", "verdict", "rule", "distance", "graded")


def written(series: Series, numbers: Sequence[int]) -> list[File]:
    """Return some files of a series of this node as they go to a desk on another."""
    pdq: dict[int, list[str]] = {}
    values = NearValue.of(member__series=series).filter(member__in=numbers, kind="pdq").order_by("id")
    for member, value in values.values_list("member", "value"):
        pdq.setdefault(member, []).append(bytes(value).hex())
    found = Member.of(series=series).filter(pk__in=numbers).order_by("id")
    return [
        File(number=one.pk, pdq=pdq.get(one.pk, [])[:MOST_VALUES], because=one.because_id, **_columns(one))
        for one in found
    ]


def _columns(one: Member) -> dict[str, Any]:
    digests = {kind: bytes(getattr(one, kind) or b"").hex() for kind in DIGEST_KINDS}
    return digests | {name: getattr(one, name) for name in PLAIN}


def take(copy: Series, files: Sequence[File]) -> int:
    """Write files into the copy of a series; return how many came. What it has already stays as it is.

    Raises:
        Refusal: they are too many, or hold what is no text or no moment.
    """
    here = set(Member.of(series=copy).exclude(number=None).values_list("number", flat=True))
    fresh = list({one.number: one for one in files if one.number not in here}.values())
    if len(here) + len(fresh) > MOST_FILES:
        raise Refusal(TOO_MANY_FILES)
    for one in fresh:
        if not all(text.isprintable() for text in (one.mime, one.make, one.model, one.lens, one.graded)):
            raise Refusal(WORDS)
        if one.taken is not None and one.taken.tzinfo is None:
            raise Refusal(IMPOSSIBLE)
    made = Member.everywhere.bulk_create(
        Member(
            series=copy,
            organisation_id=copy.organisation_id,
            source="hash",
            number=one.number,
            **{kind: bytes.fromhex(getattr(one, kind)) or None for kind in DIGEST_KINDS},
            **{name: getattr(one, name) for name in PLAIN},
        )
        for one in fresh
    )
    NearValue.everywhere.bulk_create(
        NearValue(member=member, organisation_id=copy.organisation_id, kind="pdq", value=bytes.fromhex(value))
        for member, one in zip(made, fresh, strict=True)
        for value in one.pdq
    )
    _explain(copy, {one.number: one.because for one in fresh if one.because is not None})
    return len(made)


def _explain(copy: Series, because: dict[int, int]) -> None:
    """Let the files of a copy name the others for which they are there, as far as these came along."""
    if not because:
        return
    wanted = {*because, *because.values()}
    here = {one.number: one for one in Member.of(series=copy).filter(number__in=wanted)}
    changed = [here[number] for number, other in because.items() if other in here and other != number]
    for one in changed:
        one.because = here[because[one.number]]
    Member.everywhere.bulk_update(changed, ["because"])


def remove(copy: Series, numbers: Iterable[int]) -> int:
    """Take files out of a copy that went from the series at its owner; return how many."""
    gone = Member.of(series=copy).filter(number__in=list(numbers))
    NearValue.of(member__in=gone.values("pk")).delete()
    count: int = gone.count()
    gone.delete()
    return count


def clues_for(series: Series, reader: UUID, author: UUID) -> list[Observed]:
    """Return the clues of an organisation of this node that the other side of a dissemination may know of."""
    recipients = recipients_of(series)
    found = Clue.of(series=series).filter(organisation=author, withdrawn_at=None).order_by("id")
    return [
        Observed(
            kind=ClueKind(one.kind),
            nature=Nature(one.nature),
            confidence=Confidence(one.confidence),
            circle=_circle(one),
            words=words,
            countries=list(one.countries),
            against=list(one.against),
        )
        for one in found
        if rules.may_know(reader, known_of(one, series, recipients)) and (words := _open(one))
    ][-MOST_CLUES:]


def _circle(clue: Clue) -> Circle:
    """A clue that names its reader is, on that node, one for those who have the series: nobody is told whom else."""
    return Circle.RECIPIENTS if clue.circle == Circle.NAMED.value else Circle(clue.circle)


def _open(clue: Clue) -> str:
    try:
        return unseal(clue.sealed, SEALED)
    except Unsealable:
        return ""


def take_clues(series: Series, author: UUID, observed: Sequence[Observed]) -> bool:
    """Let the clues of an organisation of another node be these; return whether any changed.

    Raises:
        Refusal: one seems to name somebody, holds an address, or points both ways.
    """
    for one in observed:
        if rules.problem_with_words(one.words) or set(one.countries) & set(one.against) or one.circle is Circle.OWN:
            raise Refusal(WORDS)
    wanted = {_key(one): one for one in observed}
    kept = {}
    for clue in Clue.of(series=series).filter(organisation=author, withdrawn_at=None):
        kept[_key_of(clue)] = clue
    gone = [clue.pk for key, clue in kept.items() if key not in wanted]
    Clue.everywhere.filter(pk__in=gone).delete()
    fresh = [one for key, one in wanted.items() if key not in kept]
    Clue.everywhere.bulk_create(
        Clue(
            series=series,
            organisation_id=author,
            kind=one.kind.value,
            nature=one.nature.value,
            confidence=one.confidence.value,
            circle=one.circle.value,
            countries=sorted(set(one.countries)),
            against=sorted(set(one.against)),
            sealed=seal(one.words.strip(), SEALED),
            written_at=timezone.now(),
        )
        for one in fresh
    )
    return bool(gone or fresh)


def _key(one: Observed) -> tuple[object, ...]:
    codes = one.kind.value, one.nature.value, one.confidence.value, one.circle.value
    return (*codes, one.words.strip(), tuple(sorted(set(one.countries))), tuple(sorted(set(one.against))))


def _key_of(clue: Clue) -> tuple[object, ...]:
    codes = clue.kind, clue.nature, clue.confidence, clue.circle
    return (*codes, _open(clue), tuple(clue.countries), tuple(clue.against))
