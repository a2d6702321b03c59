"""What an AFF4 volume says of what it holds: triples, in the part of Turtle that its writers use.

W3C, *RDF 1.1 Turtle* (2014-02-25): prefixes, IRIs, prefixed names, `a`, lists by `;` and `,`, literals with a type or a
language, numbers and truth values. Blank nodes and collections are in no image that was seen, and are refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_TOKEN = re.compile(
    r"""
      (?P<space> (?: \s | \#[^\n]* )+ )
    | <(?P<iri> [^<>"{}|^`\x00-\x20]* )>
    | (?P<text> \"\"\"(?: [^\\"] | \\. | \"(?!\"\") )*\"\"\" | "(?: [^\\"\n] | \\. )*" | '(?: [^\\'\n] | \\. )*' )
    | (?P<directive> @prefix | @base )
    | @(?P<language> [A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<typed> \^\^ )
    | (?P<number> [+-]?(?: \d+\.\d+ | \d+ )(?: [eE][+-]?\d+ )? (?![\w:]) )
    | (?P<name> [^\W\d_]?[\w.\-]*?: (?: (?: [\w\-:%/] | \\[^\s\w] | \.(?=[\w\-:%/.]) )* ) )
    | (?P<word> a | true | false )(?=[\s<"';,.])
    | (?P<mark> [.;,] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


class TurtleError(ValueError):
    """It is not in this language; the message says in which line."""


class Term(NamedTuple):
    """What a triple ends in.

    Attributes:
        value: an IRI, or the text of a literal.
        kind: IRI of the literal's type; empty for an IRI, and for a literal without one.
    """

    value: str
    kind: str = ""


Said = dict[str, dict[str, list[Term]]]
"""Subject, then predicate, then what is said of it, in the order of the text."""


def read(text: str) -> Said:
    """What a text says.

    Raises:
        TurtleError: it is not Turtle, or of a part of it that is not read here.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._tokens = self._cut()
        self._prefixes: dict[str, str] = {}
        self._kind, self._value = next(self._tokens)

    def read(self) -> Said:
        said: Said = defaultdict(lambda: defaultdict(list))
        while self._kind != "end":
            if self._kind == "directive":
                self._prefix()
                continue
            about = said[self._iri()]
            while True:
                verb = about[TYPE if self._is("word", "a") else self._iri()]
                verb.append(self._term())
                while self._is("mark", ","):
                    verb.append(self._term())
                if not self._is("mark", ";"):
                    break
                while self._is("mark", ";"):
                    pass
                if self._value == "." and self._kind == "mark":
                    break
            self._expect(".")
        return said

    def _cut(self) -> Iterator[tuple[str, str]]:
        while self._at < len(self._text):
            token = _TOKEN.match(self._text, self._at)
            if token is None or token.end() == self._at:
                raise self._error()
            kind = str(token.lastgroup)
            if kind != "space":
                yield kind, token[kind]
            self._at = token.end()
        while True:
            yield "end", ""

    def _error(self) -> TurtleError:
        return TurtleError(f"line {self._text.count(chr(10), 0, self._at) + 1} is not understood")

    def _next(self) -> str:
        value = self._value
        self._kind, self._value = next(self._tokens)
        return value

    def _is(self, kind: str, value: str) -> bool:
        """Whether this comes, and then go behind it."""
        if (self._kind, self._value) != (kind, value):
            return False
        self._next()
        return True

    def _expect(self, mark: str) -> None:
        if not self._is("mark", mark):
            raise self._error()

    def _prefix(self) -> None:
        if self._next() != "@prefix" or self._kind != "name" or not self._value.endswith(":"):
            raise self._error()
        prefix = self._next()
        if self._kind != "iri":
            raise self._error()
        self._prefixes[prefix] = _plain(self._next())
        self._expect(".")

    def _iri(self) -> str:
        if self._kind == "iri":
            return _plain(self._next())
        prefix, colon, local = self._value.partition(":")
        if self._kind != "name" or prefix + colon not in self._prefixes:
            raise self._error()
        self._next()
        return self._prefixes[prefix + colon] + re.sub(r"\\(.)", r"\1", local)

    def _term(self) -> Term:
        if self._kind in {"number", "word"} and self._value != "a":
            return Term(self._next())
        if self._kind != "text":
            return Term(self._iri())
        text = self._next()
        text = _plain(text[3:-3] if text.startswith('"""') else text[1:-1])
        if self._kind == "typed":
            self._next()
            return Term(text, self._iri())
        if self._kind == "language":
            self._next()
        return Term(text)


def _plain(text: str) -> str:
    """The text with its escapes read."""

    def one(found: re.Match[str]) -> str:
        short, long, letter = found.groups()
        if letter is not None:
            if letter not in _LETTERS:
                raise TurtleError("an escape is not understood")
            return _LETTERS[letter]
        number = int(short or long, 16)
        if number > 0x10FFFF or 0xD800 <= number < 0xE000:
            raise TurtleError("an escape is not understood")
        return chr(number)

    return _ESCAPED.sub(one, text) if "\\" in text else text
