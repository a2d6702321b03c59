"""The list of a long form's parts: what there is to answer, how far it is, and the way to it.

Of parts on one page it is the list at the top (`web.sections`), of parts with a page each a page of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from vaern.node.web.components import Component

if TYPE_CHECKING:
    from collections.abc import Sequence

STATES = ("wrong", "done", "begun", "open")


class Live(NamedTuple):
    """How `sections.js` tells how far a part on the same page is.

    Attributes:
        part: its id.
        done, begun, left: the words.
    """

    part: str
    done: object
    begun: object
    left: object


@dataclass(frozen=True)
class Task:
    """One part of a form.

    Attributes:
        title: its name.
        url: where it is answered.
        state: one of STATES; it only colours the words.
        words: how far it is; nothing where that is not told.
        more: something besides, as a component.
        live: of a part on the same page, which tells how far it is while somebody types.
    """

    title: object
    url: str
    state: str = "open"
    words: object = ""
    more: object = ""
    live: Live | None = None


@dataclass(frozen=True)
class TaskList(Component):
    """Parts of a form, in their order.

    Attributes:
        label: what they are parts of, for those who hear the page.
        tasks: the parts.
    """

    label: object
    tasks: Sequence[Task]
    template: ClassVar[str] = "web/components/tasks.html"

    @property
    def is_live(self) -> bool:
        """Whether its parts stand on the same page."""
        return any(task.live for task in self.tasks)
