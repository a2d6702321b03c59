"""What a machine lacks is skipped and said, and in CI it fails: else nobody sees that nothing was tested."""

from __future__ import annotations

import pytest
from tests.conformance.conftest import python_with
from tests.conftest import missing


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_what_is_missing_is_skipped_but_fails_in_ci(monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="no such program"):
        missing("no such program")


@pytest.mark.once
def test_a_python_is_found_by_what_it_can_import() -> None:
    assert python_with("pytest")
    assert python_with("no_such_package_anywhere") == ""
