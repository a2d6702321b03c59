"""What waits for a person, and what is new to them: each app registers providers of items, the front page groups them.

    register("scans", _("Scans"), scan_items, why=Why.ASSESSMENT)

A provider is a function from the viewer to items, with few queries. It asks for the first few rows of each kind
(`first_of`), and makes an item of each of them, or one pile of many (`items_of`).
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog
from django.db.models import CharField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.runtime.logs import described
from vaern.node.web.components import TONES, Age, Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vaern.node.ledger.rules import Why

FEW = 5
"""So many items of one kind stand on the page one by one; more of them are one line that leads to their list."""

MOST_COUNTED = 1_000
"""No pile is counted further: nobody needs the thousands exactly, and counting them costs."""

NEWS_LASTS = timedelta(days=14)
"""For how long something that is not work by itself is news to somebody who has not looked at it."""

MINE, NOBODY = gettext_lazy("Yours"), gettext_lazy("Nobody’s")
"""Whose an item is, where it is not simply the organisation's; a colleague's has their name."""

_RANKS = {tone: rank for rank, tone in enumerate(("bad", "warning", "info", "neutral", "good"))}
assert set(_RANKS) == set(TONES)
_FAR = datetime.max.replace(tzinfo=UTC)


class Group(enum.StrEnum):
    """When something has to be dealt with; `NEWS` does not have to be."""

    NOW = "now"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    NEWS = "news"


@dataclass(frozen=True)
class Button:
    """What an item's one button does: lead to the page where it is done, or do it (`post`)."""

    label: object
    url: str
    post: bool = False


@dataclass(frozen=True)
class Item:
    """Something that waits for somebody, or is new to them.

    Attributes:
        name: how people call the record: its kind, its code, or what its list is called.
        what: what happened or waits, in a sentence.
        button: the one thing to do about it.
        about: kind and id of the record; what has the same is one item. "" for what is about no record.
        tone: one of TONES.
        due_at: when it is due; None where no clock runs.
        since: since when it waits.
        whose: `MINE`, `NOBODY`, a colleague's name, or "" for the organisation's.
        urgent: a child may be in danger: it comes before everything else.
        count: how many a pile holds; 1 for a single item.
        news: names what happened, for the note that somebody has seen it; "" for work.
        url: where its name leads; to where the button leads if left out.
    """

    name: object
    what: object
    button: Button
    about: str = ""
    tone: str = "neutral"
    due_at: datetime | None = None
    since: datetime | None = None
    whose: object = ""
    urgent: bool = False
    count: int = 1
    news: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if self.tone not in TONES:
            raise ValueError(f"a tone is one of {', '.join(TONES)}, not {self.tone!r}")

    @property
    def leads(self) -> str:
        """Where its name leads: nowhere, if there is only something to do."""
        return self.url or ("" if self.button.post else self.button.url)

    @property
    def clock(self) -> object:
        """How long: the deadline, or since when."""
        if self.due_at:
            return Clock(self.due_at, soon=timedelta(days=1))
        return Age(self.since) if self.since else ""


@dataclass(frozen=True)
class Kind:
    """A kind of item, by which the page can be filtered.

    Attributes:
        code: in the address of the filter.
        label: what people read.
        why: for what purpose somebody reads items that name records of casework; None where none does.
    """

    code: str
    label: object
    why: Why | None = None


@dataclass(frozen=True)
class Line:
    """An item as the page shows it: with what else is to be done about the same record.

    Attributes:
        kinds: codes of the kinds that it belongs to.
        also: further items about the record, which the first speaks for.
        news: what of it is news, so that it can be set aside.
    """

    item: Item
    kinds: tuple[str, ...]
    also: tuple[Item, ...] = ()
    news: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names the line on the page, and nobody."""
        return digest_of(self.item.about or f"{self.kinds[0]}:{self.item.button.url}:{self.item.news}")[:12]


T = TypeVar("T")


@dataclass(frozen=True)
class Rows(Generic[T]):
    """The first of what waits, and how many there are."""

    first: Sequence[T] = ()
    count: int = 0


def first_of(found: Any) -> Rows[Any]:
    """Return the first few rows of a sorted query, and how many it has: counted only where there are more."""
    rows = list(found[: FEW + 1])
    if len(rows) <= FEW:
        return Rows(rows, len(rows))
    return Rows(rows[:FEW], found.order_by()[:MOST_COUNTED].count())


def items_of(
    rows: Rows[T], each: Callable[[T], Item], title: object, url: str, *, few: int = FEW, button: Button | None = None
) -> list[Item]:
    """Return an item for each row, or one for all of them where they are many.

    Args:
        rows: from `first_of`.
        each: makes an item.
        title: what many of them are called; their number stands before it.
        url: of the list that shows them, and only them.
        few: more than these are many.
        button: what to do about many of them; to open the list, if left out.
    """
    if rows.count <= few:
        return [each(row) for row in rows.first]
    first = each(rows.first[0])
    what = _("First: %(name)s. %(what)s") % {"name": first.name, "what": first.what}
    does = button or Button(_("Open the list"), url)
    # Each is another record: the pile is about none of them, and nobody's. A further one makes a pile of news new.
    news = f"{rows.count}:{'+'.join(each(row).news for row in rows.first)}" if first.news else ""
    pile = replace(first, name=title, what=what, button=does, url=url, about="", whose="")
    return [replace(pile, count=rows.count, news=news)]


def rows_of(found: Sequence[T]) -> Rows[T]:
    """Return the same of what was read whole."""
    return Rows(found[:FEW], len(found))


def first_of_each(found: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Rows[dict[str, Any]]]:
    """Return the same of several queries of one table, by their names, in one statement.

    Args:
        found: each query.
        columns: of the rows, which are dictionaries; they are sorted by the first of them.
    """
    parts = [
        query.order_by(columns[0]).annotate(named=Value(name, CharField())).values("named", *columns)[: FEW + 1]
        for name, query in found.items()
    ]
    rows = sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[columns[0]])
    taken = {name: [row for row in rows if row["named"] == name] for name in found}
    return {
        name: Rows(these, len(these))
        if len(these) <= FEW
        else Rows(these[:FEW], found[name].order_by()[:MOST_COUNTED].count())
        for name, these in taken.items()
    }


_PROVIDERS: list[tuple[Kind, Callable[[Any], Iterable[Item]]]] = []


def register(kind: str, label: object, provider: Callable[[Any], Iterable[Item]], *, why: Why | None = None) -> None:
    """Register a provider, a function from the viewer to items, in an app's `ready()`. Arguments as of `Kind`."""
    if all(provider is not known for _kind, known in _PROVIDERS):
        _PROVIDERS.append((Kind(kind, label, why), provider))


@dataclass(frozen=True)
class Found:
    """What all providers found.

    Attributes:
        items: each with the code of its kind.
        kinds: of them, in the order in which apps registered them.
        failed: how many providers failed.
    """

    items: list[tuple[str, Item]] = field(default_factory=list)
    kinds: dict[str, Kind] = field(default_factory=dict)
    failed: int = 0


def found_for(viewer: Any) -> Found:
    """Return what waits for a viewer. A provider that fails is logged and does not affect the others."""
    items: list[tuple[str, Item]] = []
    kinds: dict[str, Kind] = {}
    failed = 0
    for kind, provider in _PROVIDERS:
        try:
            found = list(provider(viewer))
        except Exception as error:
            failed += 1
            structlog.get_logger().error("error", task="items", **described(error))
            continue
        if found:
            kinds.setdefault(kind.code, kind)
        items += [(kind.code, item) for item in found]
    return Found(items, kinds, failed)


def group_of(item: Item, now: datetime, today_ends: datetime) -> Group:
    """Return when an item has to be dealt with. Without a clock its tone says: bad is now, a warning today.

    Args:
        item: any.
        now: the moment.
        today_ends: the end of the viewer's day.
    """
    if item.news:
        return Group.NEWS
    if item.urgent or (item.due_at is not None and item.due_at <= now):
        return Group.NOW
    if item.due_at is None:
        calls = Group.TODAY if item.whose is MINE else Group.WEEK
        return {"bad": Group.NOW, "warning": Group.TODAY}.get(item.tone, calls)
    if item.due_at <= today_ends:
        return Group.TODAY
    return Group.WEEK if item.due_at <= today_ends + timedelta(days=7) else Group.LATER


def _order(item: Item) -> tuple[bool, datetime, int, float]:
    """Return by what items of a group are sorted: children first, then the clock, the tone, and what waits longest.

    Of news the latest is first.
    """
    since = (item.since or _FAR).timestamp()
    if item.news:
        return True, _FAR, 0, -since
    return not item.urgent, item.due_at or _FAR, _RANKS[item.tone], since


def lines_of(items: Iterable[tuple[str, Item]], now: datetime, today_ends: datetime) -> dict[Group, list[Line]]:
    """Group items by their clock, each record once: in the most pressing of its groups, by its most pressing item."""
    groups = list(Group)
    given = [(groups.index(group_of(item, now, today_ends)), _order(item), kind, item) for kind, item in items]
    by_record: dict[object, list[tuple[str, Item]]] = {}
    place: dict[object, Group] = {}
    for number, (group, _by, kind, item) in enumerate(sorted(given, key=lambda one: one[:2])):
        record: object = item.about or number
        by_record.setdefault(record, []).append((kind, item))
        place.setdefault(record, groups[group])
    lines: dict[Group, list[Line]] = {group: [] for group in Group}
    for record, found in by_record.items():
        kinds = tuple(dict.fromkeys(kind for kind, _item in found))
        news = tuple(item.news for _kind, item in found if item.news)
        first, *others = _said([item for _kind, item in found])
        lines[place[record]].append(Line(first, kinds, tuple(others), news))
    return lines


def _said(items: list[Item]) -> list[Item]:
    """Return the items of a record; what is said again, of another part of it, is said once with its number."""
    said: dict[str, list[Item]] = {}
    for item in items:
        said.setdefault(str(item.what), []).append(item)
    return [
        found[0] if len(found) == 1 else replace(found[0], what=f"{what} ×{len(found)}") for what, found in said.items()
    ]


def digest_of(text: str) -> str:
    """Return a name for something that says nothing of it."""
    return hashlib.sha256(text.encode()).hexdigest()
