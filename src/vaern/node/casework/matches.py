"""Every match of a file with the lists, one row for each entry that it met: what a recall and an appeal look for.

Beside the nearest, which a finding or an item shows first. A file often stands on several lists, or twice on one: what
rested on the second entry has to be found as well when that one is recalled.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeVar

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from vaern.node.base.scope import Scoped
from vaern.node.casework.standing import Fallen, Met, fallen_of, fell
from vaern.node.organisations.models import choices
from vaern.node.web.components import Component
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vaern.node.casework.standing import Fell
    from vaern.records import Match

MOST_OF_A_LIST = 100
"""Matches of one file with one list by one kind of signal that are kept, the nearest: as many as the engine names
(`matching.MOST_MATCHES`). A list may hold a hundred thousand pictures that are nearly the same, by design or by
somebody's ill will."""

AT_ONCE = 2_000
"""Rows of one statement."""


class MatchMade(Scoped):
    """One match of a file, as it was when it was made.

    Attributes:
        list, release, entry: with what.
        kind: of the signals that met.
        distance: bits; 0 for digests.
        orientation, region: of the file's signal that met (`records.Signal`).
        frame_of, seconds: whose video it is of which one frame met a still, and when that is shown (`records.Match`).
        class_given: what the list says of the entry, scheme and value as it wrote them; "" where it says nothing.
        fallen: why it does not stand (`standing.Fallen`); "" while it does.
        fallen_at: since when it does not, as far as the node knows: since its entry fell, or since it came so.
    """

    PLAIN = ("list", "release", "entry", "kind", "orientation", "region", "frame_of", "class_given")

    list = models.CharField(max_length=200)
    release = models.CharField(max_length=200, default="")
    entry = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    distance = models.PositiveSmallIntegerField(default=0)
    orientation = models.CharField(max_length=12, default="upright")
    region = models.CharField(max_length=12, default="whole")
    frame_of = models.CharField(max_length=5, default="")
    seconds = models.FloatField(null=True)
    class_given = models.CharField(max_length=200, default="")
    fallen = models.CharField(max_length=12, choices=choices(Fallen), default="")
    fallen_at = models.DateTimeField(null=True)

    why_fallen = ""
    """Why it fell, in words, where somebody asked (`standing.told`)."""

    class Meta(Scoped.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.list} {self.release}: {self.entry}"

    @property
    def by_frame(self) -> str:
        """That one frame of a video met a still, in words; "" where the whole did."""
        return by_frame(self.frame_of, self.seconds)

    @property
    def fallen_with(self) -> Met | None:
        """With what it was made, and why it fell; None while it stands."""
        return (self.list, self.entry, self.fallen) if self.fallen else None

    @property
    def fell(self) -> Fell | str:
        """What is said beside it where it does not stand."""
        return fell(self.fallen, self.fallen_at, self.why_fallen)


def by_frame(frame_of: str, seconds: float | None) -> str:
    """Return in words that one frame of a video met a still; "" where the whole did."""
    values = {"seconds": formats.number_format(seconds, 1)} if seconds is not None else {}
    if frame_of == "entry":
        text = _("a frame of the video, at %(seconds)s s") if values else _("a frame of the video")
    elif frame_of == "file":
        text = _("by its own frame, at %(seconds)s s") if values else _("by one of its own frames")
    else:
        return ""
    return text % values


class Kept(NamedTuple):
    """The matches of a file that are kept.

    Attributes:
        matches: one with each entry, the nearest first.
        more: how many more there are, of which nobody is told here with what.
    """

    matches: tuple[Match, ...] = ()
    more: int = 0

    @property
    def nearest(self) -> Match | None:
        """The match that is shown first; None without any."""
        return self.matches[0] if self.matches else None


def kept(matches: Sequence[Match], more: int = 0) -> Kept:
    """Return what is kept of a file's matches: with each entry the nearest, and within `MOST_OF_A_LIST`.

    Args:
        matches: those that are named; the first is what decided, and stays first.
        more: how many there are besides.
    """
    if len(matches) < 2:
        return Kept(tuple(matches), more)
    by_entry: dict[tuple[str, str], Match] = {}
    for one in (matches[0], *sorted(matches[1:], key=lambda match: match.nearness)):
        by_entry.setdefault((one.list, one.entry), one)
    count: Counter[tuple[str, str]] = Counter()
    found = []
    for one in by_entry.values():
        count[one.list, one.kind] += 1
        if count[one.list, one.kind] <= MOST_OF_A_LIST:
            found.append(one)
    return Kept(tuple(found), more + len(by_entry) - len(found))


def class_of(match: Match) -> str:
    """Return what a list says of the entry of a match: the scheme and the value, as it wrote them."""
    return " ".join(filter(None, (match.scheme, match.classification)))[:200]


def columns_of(match: Match) -> dict[str, object]:
    """Return the columns of `MatchMade` for a match."""
    return {
        "list": match.list,
        "release": match.release,
        "entry": match.entry,
        "kind": match.kind,
        "distance": match.distance,
        "orientation": match.orientation,
        "region": match.region,
        "frame_of": match.frame_of,
        "seconds": match.seconds,
        "class_given": class_of(match),
        "fallen": fallen_of(match),
        "fallen_at": timezone.now() if fallen_of(match) else None,
    }


@dataclass(frozen=True)
class Further(Component):
    """The matches of a file beside the nearest, folded away beneath it.

    Attributes:
        rows: the matches.
        more: how many hits there are of which nothing is kept.
    """

    rows: Sequence[MatchMade]
    more: int = 0
    template: ClassVar[str] = "casework/further.html"


Made = TypeVar("Made", bound=MatchMade)


def nearest_of(rows: Iterable[Made]) -> Made | None:
    """Return the match that is shown first: one that stands before one that fell, then as of `Match.nearness`."""
    return min(rows, key=_order, default=None)


def _order(one: MatchMade) -> tuple[bool, bool, bool, int, int]:
    return bool(one.fallen), one.kind not in DIGEST_KINDS, bool(one.frame_of), one.distance, one.pk


def chosen(rows: Iterable[Made], shown: tuple[str, str], same: bool | None) -> tuple[Made | None, Made | None]:
    """Return of the matches of a file the one that is shown first, and the one that is to be.

    Args:
        rows: all of them.
        shown: list and entry of the one that is shown first.
        same: what a person said of that one, where it is near. Where they said that it is another file, nobody was
            asked of the others, and the file is new already: it stays first.
    """
    every = list(rows)
    now = next((one for one in every if (one.list, one.entry) == shown), None)
    stays = now is not None and same is False and now.kind not in DIGEST_KINDS
    return now, now if stays else nearest_of(every)


def beside_nearest(rows: Iterable[Made], nearest: Mapping[int, tuple[str, str]], of: str) -> dict[int, list[Made]]:
    """Return the further matches of files, in the order in which they were made: the nearest first.

    Args:
        rows: matches of these files.
        nearest: of each file the list and the entry that are shown first.
        of: the column that names the file.
    """
    found: dict[int, list[Made]] = defaultdict(list)
    for one in sorted(rows, key=lambda one: one.pk):
        file = getattr(one, of)
        if (one.list, one.entry) != nearest[file]:
            found[file].append(one)
    return found
