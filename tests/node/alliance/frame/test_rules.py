"""The frame as data: whole, in both languages, and honest about what was read."""

from __future__ import annotations

import msgspec
import pytest

from vaern.node.alliance.rules import frame


def texts_in(value: object) -> list[dict[str, str]]:
    """Return every text of a record."""
    if isinstance(value, dict):
        return [value] if set(value) <= {"en", "da"} else [text for one in value.values() for text in texts_in(one)]
    return [text for one in value for text in texts_in(one)] if isinstance(value, (list, tuple)) else []


RECORDS = [*frame.declarations(), frame.model_response(), frame.history()]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_every_text_is_there_in_both_languages(record: msgspec.Struct) -> None:
    found = texts_in(msgspec.to_builtins(record))
    assert found
    for text in found:
        assert text["en"].strip()
        assert text["da"].strip()


def test_only_one_goal_carries_a_number() -> None:
    numbered = [goal for goal in frame.declaration().goals if goal.measure and goal.measure.at_least is not None]
    assert [goal.number for goal in numbered] == ["1.1"]
    (measure,) = [goal.measure for goal in numbered]
    assert (measure.at_least, measure.unit) == (10, "percent_a_year")
    assert len(measure.indicators) == 2  # as stock and as flow


def test_the_source_names_two_of_the_four_targets() -> None:
    targets = frame.declaration().targets
    assert [target.number for target in targets] == ["1", "2", "3", "4"]
    assert [target.number for target in targets if target.named_by_source] == ["1", "2"]


def test_a_goal_names_where_it_was_read_and_nothing_where_it_was_not() -> None:
    for goal in frame.declaration().goals:
        assert bool(goal.source) == (goal.basis != "recalled"), goal.code


def test_codes_are_once_and_lead_to_their_target() -> None:
    declaration = frame.declaration()
    codes = [
        code
        for target in declaration.targets
        for code in (target.code, *(g.code for g in target.goals), *(a.code for a in target.actions))
    ]
    assert len(codes) == len(set(codes))
    for target in declaration.targets:
        for goal in target.goals:
            assert declaration.target_of(goal.code) == target
    with pytest.raises(KeyError):
        declaration.target_of("g9.9")


def test_the_21_capabilities_stand_in_six_areas_and_the_map_names_no_other() -> None:
    model = frame.model_response()
    assert len(model.areas) == 6
    assert list(model.capabilities) == list(range(1, 22))
    for target in frame.declaration().targets:
        assert set(target.capabilities) <= model.capabilities.keys()


def test_48_countries_founded_it_27_of_them_of_the_union() -> None:
    codes = [one.code for one in frame.history().founding_members.countries]
    assert len(codes) == len(set(codes)) == 48
    assert frame.history().founding_members.basis == "read"


def test_a_file_that_is_wrong_is_named(tmp_path, monkeypatch) -> None:
    (tmp_path / "2099.json").write_text('{"code": "declaration"}')
    monkeypatch.setattr(frame, "FOLDER", tmp_path)
    frame.declarations.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"2099\.json"):
            frame.declarations()
    finally:
        monkeypatch.undo()
        frame.declarations.cache_clear()
