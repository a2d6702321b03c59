"""The form of a whole reply: one part for each commitment, one for a new one, and the declared values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.commitments import reply_intake, round_queries
from vaern.node.alliance.commitments.form_sets import CommitmentForms
from vaern.node.alliance.commitments.round_forms import ValueForms
from vaern.node.alliance.commitments.words import goal_label
from vaern.node.alliance.rules.contents import DeclaredValue, Line
from vaern.node.alliance.rules.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from vaern.node.alliance.models import RoundReply
    from vaern.node.alliance.rules.contents import Content


class WantForm(forms.Form):
    """Whether a part becomes a new commitment."""

    wanted = forms.BooleanField(label=_("Take this new commitment into the reply"), required=False)


class Part:
    """The forms of one commitment.

    Args:
        data: what was sent; None to show what there is.
        version: of the declaration.
        number: of the part in the page.
        line: what there is; None for a part that is empty.
        optional: there is no version in force yet: it is taken only if `wanted` is ticked.
        wanted: whether it is ticked at first.

    Attributes:
        commitment: which; None for a new one.
        before: what there is; None for one that is empty.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        version: str,
        number: int,
        line: Line | None,
        *,
        optional: bool,
        wanted: bool,
    ) -> None:
        self.commitment: UUID | None = line.commitment if line else None
        self.before: Content | None = line.content if line else None
        self.forms = CommitmentForms(data, self.before, version, prefix=f"c{number}")
        self.want: WantForm | None = None
        if optional:
            given: Any = {"data": data}
            self.want = WantForm(**given, prefix=f"c{number}", initial={"wanted": wanted})
        self._open = wanted or not optional

    @property
    def title(self) -> object:
        """Its name on the page."""
        return goal_label(self.before.goal, self.before.frame_version) if self.before else _("A new commitment")

    @property
    def taken(self) -> bool:
        """Whether it belongs to the reply; only after validation."""
        return self.want is None or (self.want.is_valid() and bool(self.want.cleaned_data["wanted"]))

    @property
    def shown(self) -> bool:
        """Whether the part is open on the page."""
        return self._open or (self.want is not None and self.want.is_bound and self.taken)


class ReplyForms:
    """All the forms of a reply.

    Args:
        data: what was sent; None to show what there is.
        reply: with its round.
    """

    def __init__(self, data: Mapping[str, Any] | None, reply: RoundReply) -> None:
        lines = round_queries.lines_now(reply)
        known, written = round_queries.in_force(lines), reply_intake.lines_of(reply)
        self.parts = [
            Part(
                data,
                reply.round.frame_version,
                number,
                line,
                optional=line is None or line.commitment not in known,
                wanted=line in written,
            )
            for number, line in enumerate([*lines, None])
        ]
        self.values = ValueForms(data, round_queries.declared_now(reply))

    def is_valid(self) -> bool:
        """Whether every field that belongs to the reply holds a valid value."""
        return all([*(part.forms.is_valid() for part in self._taken), self.values.is_valid()])

    @property
    def _taken(self) -> list[Part]:
        return [part for part in self.parts if part.taken]

    @property
    def lines(self) -> list[Line]:
        """The lines as they were filled in; only after `is_valid()`."""
        return [Line(part.forms.content(), part.commitment) for part in self._taken]

    @property
    def declared(self) -> list[DeclaredValue]:
        """The values that were filled in; only after `is_valid()`."""
        return [value for value, _form in self.values.filled]

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field; places as `reply_intake.Faulty` names them."""
        for problem in problems:
            room, number, path = problem.path.split(".", 2)
            if room == "declared":
                self.values.refuse([Problem(f"{number}.{path}", problem.code)])
            else:
                self._taken[int(number)].forms.refuse([Problem(path, problem.code)])
