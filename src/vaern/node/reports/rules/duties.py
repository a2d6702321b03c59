"""What binds whoever is notified, as Værn ships it: by country and day, from `data/duties.toml`. Pure.

Nothing here knows a country or a law: both stand in the file, each with its source and the day on which it was read.
Where no country is known nothing is cited. What the law of one country asks is in rows of law (`national/`), which a
second person verifies; `citing` chooses between them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaern.node.organisations import unions

if TYPE_CHECKING:
    from datetime import date

FILE = Path(__file__).parent.parent / "data" / "duties.toml"
LANGUAGES = ("en", "da")
"""Those in which notices are written."""

ELSEWHERE, UNKNOWN = "*", ""


@dataclass(frozen=True)
class Says:
    """What a notice says of the law that binds its reader, in one language; "" where there is nothing to say.

    Attributes:
        heading: what the notice is, and under which law.
        unnamed: in the place of the notifier's name, where that is left out.
        duty: what the law asks of whoever has the notice.
        danger: what it asks of them where somebody is in danger.
        priority: what a trusted flagger says of its status, with `{organisation}`, `{day}`, `{coordinator}`,
            `{country}` and `{area}`; "" where the law gives it no priority.
    """

    heading: str
    unnamed: str
    duty: str
    danger: str
    priority: str = ""


@dataclass(frozen=True)
class Text:
    """What is cited to whoever is established in a country, or in a member of a union.

    Attributes:
        code: what a notice keeps of it; "" where nothing is cited.
        of: `union:` and its code, or a country; `ELSEWHERE`, or `UNKNOWN`.
        kinds: whom it binds (`Host.kind`); none named: all.
        first, last: days on which it may be cited; None: no end is known.
        flagger: whether it gives the notices of trusted flaggers priority.
        source: where it was read; `read` is the day.
    """

    code: str
    of: str
    kinds: frozenset[str]
    first: date
    last: date | None
    flagger: bool
    source: str
    read: date
    says: dict[str, Says]

    def on(self, day: date) -> bool:
        """Whether it may be cited on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    @property
    def of_union(self) -> bool:
        """Whether it is law of a union: it binds whatever the law of one member says beside it."""
        return self.of.startswith(unions.PREFIX)

    def said(self, language: str | None) -> Says:
        """Return what it says in a language, or in English where it does not speak it."""
        return self.says.get(language or "en", self.says["en"])


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def texts() -> tuple[Text, ...]:
    """Return the texts in the order of the file: the first that fits is cited."""
    return tuple(
        Text(
            given["code"],
            given["of"],
            frozenset(given.get("kinds", ())),
            given["from"],
            given.get("to"),
            given.get("flagger", False),
            given["source"],
            given["read"],
            {language: Says(**given[language]) for language in LANGUAGES},
        )
        for given in _file()["text"]
    )


def text_for(country: str, kind: str, on: date) -> Text:
    """Return what is cited to somebody of a kind, established in a country, on a day.

    Args:
        country: ISO 3166-1 alpha-2; "" where it is not known.
        kind: host, owner or registrar.
        on: the day of the notice.
    """
    of = {ELSEWHERE, *unions.named(country, on)} if country else {UNKNOWN}
    return next(text for text in texts() if text.of in of and text.on(on) and (not text.kinds or kind in text.kinds))


def general() -> Text:
    """Return the text that names no law: what is cited where a country is known and nothing of its law."""
    return next(text for text in texts() if text.of == ELSEWHERE)


def text(code: str) -> Text:
    """Return the text of a code.

    Raises:
        KeyError: there is none.
    """
    for found in texts():
        if found.code == code:
            return found
    raise KeyError(code)


def says(code: str, language: str | None) -> Says:
    """Return what a text says in a language, or in English where it does not speak it."""
    return text(code).said(language)


def blocking(country: str, on: date, language: str | None) -> str:
    """Return the provision above a country's own law under which access is blocked there; "" where none was read.

    Args:
        country: of the organisation that decides; "" for none.
        on: the day.
        language: of the reader.
    """
    of = unions.named(country, on)
    for given in _file()["blocking"]:
        if given["of"] in of and given["from"] <= on and ("to" not in given or on <= given["to"]):
            return str(given.get(language or "en", given["en"]))
    return ""
