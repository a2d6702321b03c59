"""Components as plain values that render themselves as escaped HTML.

A template outputs a component like any value, `{{ chip }}`; in a table it is a cell. Small ones are rendered here,
because a table has hundreds of them; large ones have a template in `templates/web/components/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format, localize, number_format
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

TONES = ("neutral", "good", "warning", "bad", "info")
"""What a colour means. The words beside it say the same, for those who do not see it."""

HANDLING = {"red": "RED", "amber+strict": "AMBER+STRICT", "amber": "AMBER", "green": "GREEN", "clear": "CLEAR"}
"""The labels of the Traffic Light Protocol, version 2.0 (FIRST), by the code that releases store."""


def worded(value: object) -> str:
    """Return text for an attribute, with lazy strings translated."""
    return str(value)


def numbered(value: object) -> str:
    """Return a number grouped as the language groups it, a date as it writes dates, and anything else as it is."""
    if isinstance(value, (int, float)):
        return number_format(value, use_l10n=True, force_grouping=True)
    return str(localize(localtime(value) if isinstance(value, datetime) and is_aware(value) else value))


class Component:
    """A value that renders itself as HTML; everything given to it is escaped."""

    template: ClassVar[str] = ""

    def render(self) -> SafeString:
        """Return the HTML."""
        return render_to_string(self.template, {"it": self})

    def __str__(self) -> str:
        return self.render()

    def __html__(self) -> str:
        return self.render()


@dataclass(frozen=True)
class Chip(Component):
    """A state in one or two words.

    Attributes:
        label: the words.
        tone: one of TONES.
    """

    label: object
    tone: str = "neutral"

    def __post_init__(self) -> None:
        if self.tone not in TONES:
            raise ValueError(f"a tone is one of {', '.join(TONES)}, not {self.tone!r}")

    def render(self) -> SafeString:
        """Return the HTML."""
        return format_html('<span class="chip {}">{}</span>', self.tone, self.label)


@dataclass(frozen=True)
class Handling(Component):
    """The handling of a release, as TLP 2.0 label and colours.

    Attributes:
        code: the label.
        europol: Europol's handling codes, shown beside it: `H1+H2`; "" for none.
    """

    code: str
    europol: str = ""

    def render(self) -> SafeString:
        """Return the HTML."""
        label = HANDLING.get(self.code, self.code.upper())
        html = format_html('<span class="tlp tlp-{}">TLP:{}</span>', self.code.replace("+", "-"), label)
        if self.europol:
            html += format_html(' <span class="chip neutral">{}</span>', self.europol.replace("+", " "))
        return html


@dataclass(frozen=True)
class Link(Component):
    """A link, for a cell of a table."""

    label: object
    url: str

    def render(self) -> SafeString:
        """Return the HTML."""
        return format_html('<a href="{}">{}</a>', self.url, self.label)


@dataclass(frozen=True)
class Code(Component):
    """An id, hash or key in a monospaced font; long ones are shortened in the middle, with the full value as title.

    Attributes:
        value: the full value.
        keep: characters shown at each end; 0 for all.
    """

    value: object
    keep: int = 0

    def render(self) -> SafeString:
        """Return the HTML."""
        text = str(self.value)
        whole = " whole" if len(text) <= 12 else ""  # broken nowhere: a column narrower than that helps nobody
        if not self.keep or len(text) <= 2 * self.keep + 1:
            return format_html('<code class="code{}">{}</code>', whole, text)
        return format_html(
            '<code class="code" title="{}">{}…{}</code>', text, text[: self.keep], text[len(text) - self.keep :]
        )


@dataclass(frozen=True)
class When(Component):
    """A moment in local time and the viewer's language, with its age as title."""

    at: datetime | None
    none: object = "–"

    def render(self) -> SafeString:
        """Return the HTML."""
        if self.at is None:
            return format_html('<span class="quiet">{}</span>', self.none)
        ago = timesince(self.at, depth=1) if self.at <= timezone.now() else ""
        title = _("%(time)s ago") % {"time": ago} if ago else ""
        shown = date_format(timezone.localtime(self.at), "SHORT_DATETIME_FORMAT")
        return format_html('<time datetime="{}" title="{}">{}</time>', machine_readable(self.at), title, shown)


@dataclass(frozen=True)
class Age(Component):
    """How long ago something was, in words, with the moment as title."""

    at: datetime

    def render(self) -> SafeString:
        """Return the HTML."""
        words = _("%(time)s ago") % {"time": rounded(max(timezone.now() - self.at, timedelta(0)))}
        title = date_format(timezone.localtime(self.at), "SHORT_DATETIME_FORMAT")
        return format_html('<time datetime="{}" title="{}">{}</time>', machine_readable(self.at), title, words)


def machine_readable(at: datetime) -> str:
    """Return a moment for the `datetime` attribute, which allows at most three fractional digits."""
    return at.isoformat(timespec="seconds")


MINUTES, HOURS = 2 * 60, 2 * 24
"""So many are said as hours, and so many as days."""


def rounded(span: timedelta) -> str:
    """Return a duration in words, rounded to days from two days on, to hours from two hours on, else to minutes.

    Django rounds down, so that seven days become "6 days" a moment later. Weeks are given in days, as people count
    deadlines.
    """
    minutes = round(span / timedelta(minutes=1))
    if minutes < MINUTES:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(span / timedelta(hours=1))
    if hours < HOURS:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(span / timedelta(days=1))
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@dataclass(frozen=True)
class Clock(Component):
    """A deadline: the time remaining or overdue.

    Attributes:
        due_at: when it is due.
        met_at: when it was met, which stops the clock.
        soon: how long before the deadline it is shown as close.
    """

    due_at: datetime
    met_at: datetime | None = None
    soon: timedelta | None = None

    @property
    def tone(self) -> str:
        """The tone of the clock."""
        now = self.met_at or timezone.now()
        if now > self.due_at:
            return "bad"
        if self.met_at:
            return "good"
        return "warning" if self.soon and self.due_at - now <= self.soon else "neutral"

    def render(self) -> SafeString:
        """Return the HTML."""
        now = self.met_at or timezone.now()
        late = now > self.due_at
        span = rounded(abs(self.due_at - now))
        if self.met_at:
            words = _("%(time)s late") if late else _("%(time)s before the deadline")
        else:
            words = _("%(time)s overdue") if late else _("%(time)s left")
        title = _("Due %(date)s") % {"date": date_format(timezone.localtime(self.due_at), "DATETIME_FORMAT")}
        return format_html(
            '<time class="clock {}" datetime="{}" title="{}">{}</time>',
            self.tone,
            machine_readable(self.due_at),
            title,
            words % {"time": span},
        )


@dataclass(frozen=True)
class Part:
    """A part of a score: its points and its reason."""

    label: object
    points: float
    why: object = ""


@dataclass(frozen=True)
class Score(Component):
    """A score for ordering work, with the parts that explain it; a person decides.

    Attributes:
        parts: their points add up to the score.
        of: the maximum score.
        label: what is scored.
        compact: show a bar and the number in a table, with the parts folded away.
    """

    parts: Sequence[Part]
    of: float = 100
    label: object = ""
    compact: bool = False
    template: ClassVar[str] = "web/components/score.html"

    @property
    def points(self) -> float:
        """The total."""
        total = sum(part.points for part in self.parts)
        return round(total, 2)

    @property
    def segments(self) -> list[tuple[int, float, float]]:
        """Shade, left edge and width of each part, as percentages of the bar."""
        left, found = 0.0, []
        for number, part in enumerate(self.parts):
            width = max(0.0, min(100 * part.points / self.of, 100 - left))
            found.append((number % 4 + 1, round(left, 2), round(max(width - 0.6, 0), 2)))
            left += width
        return found


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        at: when.
        text: a sentence; may be a component or HTML marked safe.
        who: by whom, if the sentence does not say.
        note: further text, such as the reason given.
        tone: one of TONES.
    """

    at: datetime
    text: object
    who: object = ""
    note: object = ""
    tone: str = "neutral"

    @property
    def when(self) -> When:
        """The moment as a component."""
        return When(self.at)


@dataclass(frozen=True)
class Timeline(Component):
    """Events in the given order."""

    events: Sequence[Event]
    label: object = ""
    template: ClassVar[str] = "web/components/timeline.html"


@dataclass(frozen=True)
class Empty(Component):
    """Placeholder for an empty page: what would be here, and what to do next."""

    title: object
    text: object = ""
    url: str = ""
    action: object = ""
    template: ClassVar[str] = "web/components/empty.html"


@dataclass(frozen=True)
class Tab:
    """One of several pages about the same thing."""

    label: object
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Recipient:
    """A recipient, shown before a release.

    Attributes:
        name: the organisation.
        detail: its country and kind, in words.
        handling: the TLP code.
        europol: Europol's handling codes beside it.
        until: when its access ends.
        why: the purpose, in words.
    """

    name: object
    detail: object = ""
    handling: str = "amber"
    until: datetime | None = None
    why: object = ""
    europol: str = ""

    @property
    def label(self) -> Handling:
        """The handling as a component."""
        return Handling(self.handling, self.europol)


@dataclass(frozen=True)
class Progress(Component):
    """The progress of a job. While it runs, the page polls its address every second and replaces the component.

    Attributes:
        url: answers with this component again.
        label: what is being done.
        done, total: progress; a total of 0 means unknown.
        state: `running`, `done` or `failed`.
        text: what is being done now, or what failed.
    """

    url: str
    label: object
    done: int = 0
    total: int = 0
    state: str = "running"
    text: object = ""
    template: ClassVar[str] = "web/components/progress.html"

    @property
    def percent(self) -> int:
        """Progress in per cent."""
        return 100 if self.state == "done" else int(100 * self.done / self.total) if self.total else 0


@dataclass(frozen=True)
class Secret(Component):
    """A secret shown once: a key, a code. It can be copied, and is gone when the page is left."""

    value: str
    label: object
    template: ClassVar[str] = "web/components/secret.html"


@dataclass(frozen=True)
class Definitions(Component):
    """Names with their values."""

    pairs: Sequence[tuple[object, object]] = field(default_factory=list)
    template: ClassVar[str] = "web/components/definitions.html"
