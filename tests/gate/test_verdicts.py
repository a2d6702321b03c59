"""What the operator chose decides, and nothing that is found makes an upload easier to store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vaern.gate.verdicts import Judged, Named, Policy, said, unasked, unread
from vaern.records import Media, Signal

if TYPE_CHECKING:
    from vaern.gate.verdicts import Grade

PARTS = st.tuples(st.sampled_from(["", "near", "known"]), st.booleans(), st.booleans())
POLICIES = st.builds(
    Policy,
    refuse=st.sampled_from(["near", "known"]),
    on_error=st.sampled_from(["allow", "deny"]),
    unopened=st.sampled_from(["allow", "deny"]),
)


def judged(parts: list[tuple[Grade, bool, bool]]) -> list[Judged]:
    found = []
    for number, (grade, unreadable, unopened) in enumerate(parts):
        media = Media(
            f"secret name {number}",
            number,
            signals=(Signal("sha256", bytes([number]) * 32),),
            unreadable="truncated" if unreadable else "",
            unopened="a RAR archive" if unopened else "",
        )
        hits = (Named(f"{number:064}", grade, "known", "r1", "entry"),) if grade else ()
        found.append(Judged(media, grade, hits))
    return found


@given(st.lists(PARTS, min_size=1, max_size=5), POLICIES)
def test_an_upload_is_stored_if_nothing_in_it_is_refused(parts: list, policy: Policy) -> None:
    answer = said(judged(parts), policy)
    refused = [
        grade == "known"
        or (grade == "near" and policy.refuse == "near")
        or (unreadable and policy.on_error == "deny")
        or (unopened and policy.unopened == "deny")
        for grade, unreadable, unopened in parts
    ]
    assert answer.store == (not any(refused))


@given(st.lists(PARTS, min_size=1, max_size=5), POLICIES)
def test_the_verdict_is_the_first_that_holds_whatever_the_policy(parts: list, policy: Policy) -> None:
    answer = said(judged(parts), policy)
    first = [
        *["match" for grade, _, _ in parts if grade],
        *["unread" for _, unreadable, _ in parts if unreadable],
        *["unopened" for _, _, unopened in parts if unopened],
        "no match",
    ]
    assert answer.verdict == first[0]
    assert answer.why
    assert len(answer.matches) == sum(bool(grade) for grade, _, _ in parts)
    assert answer.sha256 == bytes([len(parts) - 1] * 32).hex(), "of the upload itself, which is the last"
    assert "secret" not in repr(answer)


@given(st.lists(PARTS, min_size=1, max_size=4), PARTS, POLICIES)
def test_what_is_found_besides_lets_nothing_in(parts: list, more: tuple, policy: Policy) -> None:
    assert said(judged([*parts, more]), policy).store <= said(judged(parts), policy).store


@given(st.lists(PARTS, min_size=1, max_size=4), POLICIES)
def test_a_stricter_policy_stores_nothing_more(parts: list, policy: Policy) -> None:
    found = judged(parts)
    for stricter in ({"refuse": "near"}, {"on_error": "deny"}, {"unopened": "deny"}):
        assert said(found, replace(policy, **stricter)).store <= said(found, policy).store


@given(POLICIES)
def test_what_nobody_knows_goes_by_what_the_operator_chose(policy: Policy) -> None:
    media = [one.media for one in judged([("", False, False)])]
    for answer in (unread("why", 7, policy), unasked("why", media, policy)):
        assert answer.store == (policy.on_error == "allow")
