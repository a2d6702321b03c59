"""The subject of a commit: one change, at most 72 characters, imperative; `.pre-commit-config.yaml` holds it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent
SPEC = importlib.util.spec_from_file_location("commit_message", ROOT / "tools/commit_message.py")
assert SPEC is not None
assert SPEC.loader is not None
commit_message = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(commit_message)
problem = commit_message.problem


@pytest.mark.parametrize(
    "message",
    [
        "Let the secret of a node be rotated",
        "Seed the demonstration with a second country\n\nWithout one nobody sees a release.\n",
        "Merge branch 'main' of somewhere whose name is much longer than seventy-two characters",
        "Add a law # 5\n# Please enter the commit message",
    ],
)
def test_a_plain_subject_is_taken(message: str) -> None:
    assert problem(message) == ""


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("", "Say what"),
        ("# only a comment", "Say what"),
        ("Add a thing; mend another", "semicolon"),
        ("Add a thing.", "full stop"),
        ("Added a thing", "imperative"),
        ("Adding a thing", "imperative"),
        ("add a thing", "capital"),
        ("Add a thing\nand why", "empty line"),
    ],
)
def test_what_is_wrong_is_said(message: str, says: str) -> None:
    assert says in problem(message)


@given(st.text(st.characters(categories=["Ll"]), max_size=200))
def test_the_limit_is_a_limit(rest: str) -> None:
    subject = "Let " + rest
    assert bool(problem(subject)) == (len(subject) > commit_message.LONGEST)


def test_the_hook_is_installed_with_the_others() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    (hook,) = [hook for repo in config["repos"] for hook in repo["hooks"] if "commit-msg" in hook.get("stages", ())]
    assert "tools/commit_message.py" in hook["entry"]
    assert "commit-msg" in config["default_install_hook_types"]
    assert config["default_stages"] == ["pre-commit"], "the other hooks do not run on a message"
