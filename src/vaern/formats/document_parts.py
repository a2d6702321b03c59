"""What a document carries of a report: a writer takes part by part, and what it did not take is left out, by name.

The counterpart of the readers, which mark what they take and keep the rest in `unknown`. Complete by construction: the
parts are walked over the record's own fields, so a field that is added later is named as left out until a writer takes
it. A path is in words of the record: `files[0].size`, `accounts[1].ip_events[0].port`, `unknown: report/some/path`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.arrivals import Arrival

T = TypeVar("T")

_UNKNOWN = "unknown: "
_UNREPORTED = frozenset({"document"})
"""Fields of an arrival that nobody reported: what it came in."""


@dataclass(frozen=True)
class Written:
    """A document of one report.

    Attributes:
        document: its bytes.
        left_out: paths of what it has no place for.
        changed: paths of what it holds, but only as words, shortened or with signs replaced.
    """

    document: bytes
    left_out: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Carrying:
    """The parts of one report, and what became of each.

    Attributes:
        root: the report as a part.
    """

    def __init__(self, arrival: Arrival) -> None:
        self._left = dict.fromkeys(leaves(arrival))
        self._changed: dict[str, None] = {}
        self.root: Part[Arrival] = Part(arrival, "", self)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Paths of what nothing took, in the order of the record."""
        return tuple(self._left)

    @property
    def changed(self) -> tuple[str, ...]:
        """Paths of what is written, but not as it was: as words, shortened, or with signs replaced."""
        return tuple(self._changed)

    def settle(self, value: object, path: str, *, changed: bool) -> None:
        """Note that a value and all below it is written."""
        for leaf in leaves(value, path):
            if self._left.pop(leaf, self) is None and changed:
                self._changed[leaf] = None


class Part(Generic[T]):
    """One record of a report, as a writer takes it.

    Attributes:
        value: the record. Reading it takes nothing.
        path: where it stands; "" for the report.
    """

    def __init__(self, value: T, path: str, carrying: Carrying) -> None:
        self.value, self.path, self._carrying = value, path, carrying

    def take(self, *names: str, changed: bool = False) -> None:
        """Note that these fields are written, with all below; without names the record as a whole.

        Args:
            names: of fields.
            changed: not as they were.
        """
        if not names:
            self._carrying.settle(self.value, self.path, changed=changed)
        for name in names:
            self._carrying.settle(getattr(self.value, name), self._at(name), changed=changed)

    def part(self, name: str) -> Part[Any]:
        """A field that is a record, as a part."""
        return Part(getattr(self.value, name), self._at(name), self._carrying)

    def parts(self, name: str) -> list[Part[Any]]:
        """A field that is a series, each of it as a part."""
        return [Part(one, at, self._carrying) for one, at in _series(getattr(self.value, name), self._at(name))]

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def leaves(value: object, path: str = "") -> Iterator[str]:
    """Paths of everything that a record says; what is as it would be unsaid is none."""
    if path.startswith(_UNKNOWN):
        yield path
    elif isinstance(value, msgspec.Struct) and not isinstance(value, Signal):
        for field in msgspec.structs.fields(value):
            found = getattr(value, field.name)
            if field.name not in _UNREPORTED and found != field.default:
                yield from leaves(found, f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, tuple):
        for one, at in _series(value, path):
            yield from leaves(one, at)
    elif value is not None and not (isinstance(value, str) and not value.strip()):
        yield path


def _series(values: tuple[Any, ...], path: str) -> list[tuple[Any, str]]:
    if path == "unknown":
        return [(one, f"{_UNKNOWN}{one[0]}") for one in values]
    return [(one, f"{path}[{number}]") for number, one in enumerate(values)]


def kind_of(path: str) -> str:
    """A path without numbers and without the path of an unknown part: `files[].size`, `unknown`."""
    return re.sub(r"\[[0-9]+\]", "[]", path.partition(": ")[0])


def says_more(signal: Signal) -> bool:
    """Whether a signal says more than its value: a quality, how the picture was turned, which frame it is of."""
    return signal != Signal(signal.kind, signal.value)
