"""Restores typed values into a form in the page's HTML, for every form, however it was rendered.

Pure: text in, text out. It inverts HTML's rules for constructing the entry list (HTML, 4.10.21.4): once filled, the
form would submit what was typed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from vaern.node.casework.drafts.rules import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.casework.drafts.rules import Typed

BUTTONS = frozenset({"submit", "button", "reset", "image"})
TICKED = frozenset({"checkbox", "radio"})
UNTOUCHED = frozenset({*BUTTONS, "password", "file"})
COUNTS = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")
"""Hidden fields in which Django counts the lines that stand on the page, not those that were typed."""


Edit = tuple[int, int, str]
"""From where to where, in characters of the page, and what stands there instead."""


@dataclass
class Place:
    """A form of the page that may take the typed values: the changes to it, and the values that found a field."""

    start: int
    around: list[Edit]
    edits: list[Edit] = field(default_factory=list)
    placed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    buttons: set[str] = field(default_factory=set)
    files: bool = False

    def unplaced(self, typed: Typed) -> list[str]:
        """Return the values that no field takes any more, for the user to copy."""
        found = []
        for name, values in typed.values.items():
            if name in self.buttons or name.endswith(COUNTS):
                continue
            rest = list(self.placed[name])
            for value in values:
                if value in rest:
                    rest.remove(value)
                elif value.strip():
                    found.append(value)
        return found


def fill(html: str, typed: Typed, notice: Callable[[Place], str]) -> str:
    """Return the page with its form filled and a notice before it, or unchanged if it has no such form.

    Args:
        html: the page.
        typed: what was typed into the form.
        notice: returns the HTML of the notice for a place.
    """
    reader = _Reader(html, typed)
    reader.feed(html)
    reader.close()
    found = max(reader.places, key=lambda place: sum(map(len, place.placed.values())), default=None)
    if found is None or not any(found.placed.values()):
        return html
    edits = [*found.edits, *found.around, (found.start, found.start, notice(found))]
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    return html


class _Reader(HTMLParser):
    def __init__(self, html: str, typed: Typed) -> None:
        super().__init__(convert_charrefs=False)
        self.typed = typed
        self.lines = [0]
        for line in html.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.places: list[Place] = []
        self.place: Place | None = None
        self.folds: list[Edit | None] = []  # what would open each `details` that is around; None: open already
        self.left: dict[str, list[str]] = {}
        self.text: tuple[str, int] | None = None
        self.choices: list[str] | None = None
        self.chosen = ""

    def _at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handle a form, one of its fields, or a `details` around it."""
        given = {name: value or "" for name, value in attrs}
        if tag == "details":
            start, end = self._at(), self._at() + len(self.get_starttag_text() or "")
            self.folds.append(None if "open" in given else (start, end, _tag(tag, [*attrs, ("open", None)])))
        elif tag == "form":
            target = urlsplit(urljoin(self.typed.page, given.get("action", ""))).path
            if given.get("method", "").lower() == "post" and target == self.typed.form:
                self.place = Place(self._at(), [fold for fold in self.folds if fold])
                self.places.append(self.place)
                self.left = {name: list(values) for name, values in self.typed.values.items()}
        elif self.place is not None and "disabled" not in given:
            self._field(tag, attrs, given)

    def _field(self, tag: str, attrs: list[tuple[str, str | None]], given: dict[str, str]) -> None:
        assert self.place is not None
        name = given.get("name", "")
        if tag == "input" and name and name not in SECRET:
            self._input(attrs, given, name)
        elif tag == "button" and name:
            self.place.buttons.add(name)
        elif tag == "textarea" and self.left.get(name):
            self.text = name, self._at() + len(self.get_starttag_text() or "")
        elif tag == "select" and name:
            self.choices, self.chosen = self.typed.values.get(name, []), name
        elif tag == "option" and self.choices is not None and "value" in given:
            is_chosen = given["value"] in self.choices
            self._mark(attrs, "option", "selected", is_chosen=is_chosen)
            if is_chosen:
                self.place.placed[self.chosen].append(given["value"])

    def _input(self, attrs: list[tuple[str, str | None]], given: dict[str, str], name: str) -> None:
        assert self.place is not None
        kind = given.get("type", "text").lower()
        self.place.files |= kind == "file"
        if kind in BUTTONS:
            self.place.buttons.add(name)
        elif kind in TICKED:
            values = self.typed.values.get(name)
            if values is None and kind == "radio":
                return
            is_ticked = given.get("value", "on") in (values or [])
            self._mark(attrs, "input", "checked", is_chosen=is_ticked)
            if is_ticked:
                self.place.placed[name].append(given.get("value", "on"))
        elif kind not in UNTOUCHED and not name.endswith(COUNTS) and self.left.get(name):
            value = self.left[name].pop(0)
            rest = [(key, old) for key, old in attrs if key != "value"]
            self._replace("input", [*rest, ("value", value)])
            self.place.placed[name].append(value)

    def handle_endtag(self, tag: str) -> None:
        """Leave a form, a choice or a text, which is replaced whole."""
        if tag == "details" and self.folds:
            self.folds.pop()
        elif tag == "form":
            self.place = self.text = self.choices = None
        elif tag == "select":
            self.choices = None
        elif tag == "textarea" and self.text and self.place:
            name, start = self.text
            value = self.left[name].pop(0)
            self.place.edits.append((start, self._at(), "\n" + escape(value, quote=False)))
            self.place.placed[name].append(value)
            self.text = None

    def _mark(self, attrs: list[tuple[str, str | None]], tag: str, mark: str, *, is_chosen: bool) -> None:
        rest = [(key, old) for key, old in attrs if key != mark]
        self._replace(tag, [*rest, (mark, None)] if is_chosen else rest)

    def _replace(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert self.place is not None
        start = self._at()
        self.place.edits.append((start, start + len(self.get_starttag_text() or ""), _tag(tag, attrs)))


def _tag(tag: str, attrs: list[tuple[str, str | None]]) -> str:
    written = (key if value is None else f'{key}="{escape(value)}"' for key, value in attrs)
    return f"<{' '.join([tag, *written])}>"
