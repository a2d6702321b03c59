"""The page of a commitment is a list of its parts: each says how far it is, as what handing in requires says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from tests.node.alliance.commitments.strategies import drafts, whole
from tests.node.alliance.commitments.test_commitments import WHOLE, filled_in

from vaern.node.alliance.commitments import labels
from vaern.node.alliance.commitments.form_sets import CommitmentForms
from vaern.node.alliance.commitments.reply_parts import part_of
from vaern.node.alliance.rules.problems import MISSING, problems

if TYPE_CHECKING:
    from vaern.node.alliance.rules.contents import Content


def states(content: Content | None, **sent: str) -> dict[str, str]:
    """Return how far each part is, by what its line in the list leads to."""
    forms = CommitmentForms(filled_in(**sent) if sent else None, content, WHOLE.frame_version)
    if sent:
        forms.is_valid()
    return {str(task.url).removeprefix("#part-"): task.state for task in forms.form.tasks.tasks}


@given(whole | drafts)
def test_a_part_is_done_when_nothing_is_missing_in_it(content: Content) -> None:
    """A baseline may be absent, but not in part: that alone is said when it is handed in."""
    found = states(content)
    assert list(found) == list(labels.PARTS)
    missing = {part_of(one.path) for one in problems(content) if one.code == MISSING and "baseline" not in one.path}
    for part in (labels.PROMISE, labels.TARGET):
        assert (found[part] == "done") == (part not in missing), (found, missing)
    assert (found[labels.ACTIONS] == "open") or content.actions


@pytest.mark.parametrize(("field", "part"), [("c-target_value", labels.TARGET), ("c-actions-0-date", labels.ACTIONS)])
def test_a_part_with_a_mistake_is_marked(field: str, part: str) -> None:
    found = states(None, **{field: "many"})
    assert {one for one, state in found.items() if state == "wrong"} == {part}


def test_nothing_of_a_new_one_is_begun() -> None:
    assert set(states(None).values()) == {"open"}
