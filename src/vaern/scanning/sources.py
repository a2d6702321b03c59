"""What a scan looks through: something that lists what it holds in one order, and opens each thing for a worker.

The rest of a scan knows of a source only what `Source` says, and of each thing only what `Item` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vaern.scanning.record import str_of
from vaern.scanning.walk import Identity, Item, roots_of, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from pathlib import Path


class Source(Protocol):
    """Something that can be scanned, and gone on with in the same order.

    Attributes:
        paths: what was named, as it was named.
        places: the same, each in the one way to name it.
        changes: it goes on being looked at: a thing may come again, in another state.
    """

    paths: list[str]
    places: list[str]
    changes: bool

    def listed(self, leave_out: frozenset[Identity]) -> Iterator[Item]:
        """Everything in it, in its order, no two of one name; opens nothing.

        Args:
            leave_out: folders that are not entered.

        Raises:
            Refusal: it cannot be listed further.
        """
        ...

    def coming(self, leave_out: frozenset[Identity], done: Callable[[Item], bool], bell: int) -> Iterator[Item | None]:
        """The same, and each can be opened until the next is asked for, without a wait.

        Args:
            leave_out: as of `listed`.
            done: of which item nothing has to be made ready; such a one may come, or not. Any thread may ask.
            bell: an event descriptor (`eventfd`), rung when there is something after there was nothing.

        Yields:
            `None` where the next cannot be opened yet.

        Raises:
            Refusal: as of `listed`, or nothing can be opened any more.
        """
        ...

    def close(self) -> None:
        """Give up what was made ready; what lists it ends soon then, whatever it waits for. Twice is no harm."""
        ...


class Opener(Protocol):
    """Opens what was listed before, perhaps by another machine."""

    def given(self, items: Iterable[Item], bell: int) -> Generator[Item | None]:
        """Each of these things, which can be opened until the next is asked for, without a wait; to be closed.

        Args:
            items: as they were listed.
            bell: as of `Source.coming`.

        Yields:
            `None` where the next cannot be opened yet.

        Raises:
            Refusal: nothing can be opened any more.
        """
        ...

    def close(self) -> None:
        """As of `Source`."""
        ...


class Folders:
    """Folders and files of this machine, read in place; see `walk`."""

    changes = False

    def __init__(self, paths: Sequence[Path]) -> None:
        """As `roots_of`, with its errors."""
        self._roots = roots_of(paths)
        self.paths = [str_of(path) for path in self._roots]
        self.places = [str_of(path.resolve()) for path in self._roots]

    def listed(self, leave_out: frozenset[Identity]) -> Iterator[Item]:
        """See `Source`."""
        return walk(self._roots, leave_out)

    def coming(
        self,
        leave_out: frozenset[Identity],
        done: Callable[[Item], bool],  # noqa: ARG002 - a file needs nothing before it is opened
        bell: int,  # noqa: ARG002
    ) -> Iterator[Item | None]:
        """See `Source`."""
        return walk(self._roots, leave_out)

    def close(self) -> None:
        """See `Source`."""
