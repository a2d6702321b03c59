"""The registers of law: each app registers its tables, which are then handled alike.

    registers.register(Register("instruments", title, lead, tables=(TREATIES, PARTIES)))    # in an app's `ready()`

A register is a page: some tables that are read, verified, corrected and exported together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


def _nothing() -> Sequence[Any]:
    return ()


def _as_it_is(code: str) -> str:
    return code


@dataclass(frozen=True)
class LawTable:
    """One kind of row.

    Attributes:
        code: stands in the database.
        label: what people read: "Countries".
        shape: the `msgspec.Struct` of a row; it has `basis`, `source` and `day`, and `since` and `until`
            where it is dated.
        key: names a row in all its versions.
        of_files: the rows that the node begins with; called at every start.
        says: a row in a line.
        country, about: of what a row speaks; "" where that makes no sense.
        cells: what it says beside that line, names with their values.
        form: makes the form by which a person adds a row, or corrects the one that is given: its `change` has the
            columns. None where a row comes from a file only.
    """

    code: str
    label: Any
    shape: type[Any]
    key: Callable[[Any], str]
    of_files: Callable[[], Iterable[Any]]
    says: Callable[[Any], object]
    country: Callable[[Any], str] = lambda content: getattr(content, "country", "")
    about: Callable[[Any], str] = lambda _content: ""
    cells: Callable[[Any], Sequence[tuple[object, object]]] = lambda _content: ()
    form: Callable[..., Any] | None = None

    def read(self, content: Any) -> Any:
        """Return a row's content as its shape."""
        return msgspec.convert(content, self.shape, strict=False)


@dataclass(frozen=True)
class Register:
    """Tables that are looked at together.

    Attributes:
        code: stands in addresses.
        title, lead: of its page.
        tables: in their order.
        about_label: what its rows speak of beside countries ("Treaty"), to choose by; "" for nothing.
        abouts: codes and words of these.
        country_name: what people read of a country's code.
        problems: what in the register as it stands does not fit together, in words; nothing may be recorded that
            leaves one.
        links: words and names of routes of pages that belong to it.
        loaded: called inside the transaction in which rows were made or changed, whatever did it.
    """

    code: str
    title: Any
    lead: Any
    tables: tuple[LawTable, ...]
    about_label: Any = ""
    abouts: Callable[[], Iterable[tuple[str, str]]] = _nothing
    country_name: Callable[[str], str] = _as_it_is
    problems: Callable[[], Iterable[str]] = _nothing
    links: tuple[tuple[Any, str], ...] = ()
    loaded: Callable[[], object] = _nothing

    @property
    def codes(self) -> list[str]:
        """The codes of its tables."""
        return [table.code for table in self.tables]


_REGISTERS: dict[str, Register] = {}


def register(given: Register) -> None:
    """Make a register known; in an app's `ready()`. Doing it again changes nothing."""
    taken = {table.code for one in _REGISTERS.values() if one.code != given.code for table in one.tables}
    if taken & set(given.codes):
        raise ValueError(f"a table of {given.code} is in another register")
    _REGISTERS[given.code] = given


def registers() -> list[Register]:
    """Return all of them, in the order of their names."""
    return sorted(_REGISTERS.values(), key=lambda one: one.code)


def find(code: str) -> Register | None:
    """Return a register by its code."""
    return _REGISTERS.get(code)


def table_of(code: str) -> tuple[Register, LawTable]:
    """Return a table with the register that it is in.

    Raises:
        KeyError: there is none.
    """
    for one in _REGISTERS.values():
        for table in one.tables:
            if table.code == code:
                return one, table
    raise KeyError(code)
