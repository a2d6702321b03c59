"""The law that binds recipients of notices, as shipped with Værn: by country and day, from `data/duties.toml`. Pure.

The code knows no country and no law: both are in the file, each with its source and day of reading. Without a known
country nothing is cited. The law of single countries is in rows of law (`takedown/national/`), which a second person
verifies; `takedown.citations` chooses between them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaern.node.base.days import within
from vaern.node.organisations import unions

if TYPE_CHECKING:
    from datetime import date

FILE = Path(__file__).parent.parent / "data" / "duties.toml"
LANGUAGES = ("en", "da")
"""Those in which notices are written."""

ELSEWHERE, UNKNOWN = "*", ""


@dataclass(frozen=True)
class Says:
    """What a notice says about the law that binds its reader, in one language; "" for parts it leaves out.

    Attributes:
        heading: what the notice is, and under which law.
        unnamed: used instead of the notifier's name if that is left out.
        duty: what the law requires of the recipient.
        danger: what it requires if somebody is in danger.
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
    """The text cited to recipients established in a country, or in a member of a union.

    Attributes:
        code: stored with the notice; "" if nothing is cited.
        of: `union:` and its code, or a country; `ELSEWHERE`, or `UNKNOWN`.
        kinds: whom it binds (`Host.kind`); none named: all.
        first, last: days on which it may be cited; None: no end is known.
        flagger: whether it gives the notices of trusted flaggers priority.
        source: where it was read; `read`: on which day.
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
        return within(self.first, self.last, day)

    @property
    def of_union(self) -> bool:
        """Whether it is law of a union, which applies beside the law of its members."""
        return self.of.startswith(unions.PREFIX)

    def said(self, language: str | None) -> Says:
        """Return its text in a language, falling back to English."""
        return self.says.get(language or "en", self.says["en"])


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def texts() -> tuple[Text, ...]:
    """Return the texts in the order of the file; the first that applies is cited."""
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
    """Return the text cited to a kind of recipient, established in a country, on a day.

    Args:
        country: ISO 3166-1 alpha-2; "" where it is not known.
        kind: host, owner or registrar.
        on: the day of the notice.
    """
    of = {ELSEWHERE, *unions.named(country, on)} if country else {UNKNOWN}
    return next(text for text in texts() if text.of in of and text.on(on) and (not text.kinds or kind in text.kinds))


def general() -> Text:
    """Return the general text, which names no law: cited if a country is known but its law is not."""
    return next(text for text in texts() if text.of == ELSEWHERE)


def text(code: str) -> Text:
    """Return a text by its code.

    Raises:
        KeyError: there is none.
    """
    for found in texts():
        if found.code == code:
            return found
    raise KeyError(code)


def says(code: str, language: str | None) -> Says:
    """Return what a text says in a language, falling back to English."""
    return text(code).said(language)


def blocking(country: str, on: date, language: str | None) -> str:
    """Return the supranational provision under which access is blocked in a country; "" if none was read.

    Args:
        country: of the organisation that decides; "" for none.
        on: the day.
        language: of the reader.
    """
    of = unions.named(country, on)
    for given in _file()["blocking"]:
        if given["of"] in of and within(given["from"], given.get("to"), on):
            return str(given.get(language or "en", given["en"]))
    return ""
