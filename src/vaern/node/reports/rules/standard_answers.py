"""The standard answers to reporters: data, in both languages (`data/standard_answers.json`)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import msgspec

LANGUAGES = ("en", "da")


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    text: str


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    en: _Written
    da: _Written


@dataclass(frozen=True)
class Answer:
    """One standard answer.

    Attributes:
        code: its value in forms.
        written: title and text by language.
    """

    code: str
    written: dict[str, tuple[str, str]]

    def title(self, language: str) -> str:
        """Return the title that the desk chooses by."""
        return self.written.get(language, self.written["en"])[0]

    def text(self, language: str) -> str:
        """Return the text that the reporter reads."""
        return self.written.get(language, self.written["en"])[1]


def read() -> tuple[Answer, ...]:
    """Return the standard answers that are shipped."""
    data = files("vaern.node.reports").joinpath("data/standard_answers.json").read_bytes()
    return tuple(
        Answer(one.code, {"en": (one.en.title, one.en.text), "da": (one.da.title, one.da.text)})
        for one in msgspec.json.decode(data, type=list[_Stored])
    )


ANSWERS = read()


def text_of(code: str, language: str) -> str:
    """Return the text of an answer.

    Raises:
        KeyError: there is none of this code.
    """
    return {one.code: one for one in ANSWERS}[code].text(language)
