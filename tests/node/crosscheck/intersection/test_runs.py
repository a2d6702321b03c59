"""Private comparisons of two organisations on one node, end to end: off by default, a number, and then people."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.utils import timezone
from tests.node.crosscheck.intersection.sides import WHY, Side, keys, on_for_both, value
from tests.node.factories import make_organisation

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.crosscheck.base.keys import commons_of, key_of
from vaern.node.crosscheck.intersection import actions, holding, outlook, places, queries
from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
from vaern.node.crosscheck.registry.actions import change, withdraw
from vaern.node.crosscheck.rules.disclosures import RefusalGround, RevealState
from vaern.node.crosscheck.rules.intersection import Bar, epoch_of
from vaern.node.crosscheck.rules.intersection_messages import ask, reply
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf
from vaern.node.crosscheck.rules.registry import BETWEEN_NODES, KINDS, State, common_digest
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind

pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.once]
PRIVATE = "crosscheck.private."


def acts_of(side: Side) -> list[str]:
    found = Entry.objects.filter(owner=side.id, act__startswith=PRIVATE).order_by("pk")
    return [act.removeprefix(PRIVATE) for act in found.values_list("act", flat=True)]


def bar(asks: Side, pair: ComparisonPair) -> Bar | None:
    pair = ComparisonPair.everywhere.select_related("one", "other").get(pk=pair.pk)
    return outlook.of(pair, asks.organisation, timezone.now()).bar


@pytest.fixture
def two() -> tuple[Side, Side, ComparisonPair]:
    """150 values against 200, of which 40 are common; on for both, and the night is over."""
    asks, holds = Side(), Side(OrganisationKind.HOTLINE)
    asks.holds(*range(150))
    holds.holds(*range(110, 310))
    pair = on_for_both(asks, holds)
    actions.nightly()
    return asks, holds, pair


def test_a_key_is_the_digest_of_every_node_enciphered_and_comes_back(settings: Any) -> None:
    texts = {"email": "A.B@Mail.example", "phone": "49301234567", "account": "chat.example|blue", "sha256": b"\1" * 32}
    made = [key_of(kind, text) for kind, text in texts.items()]
    expected = [common_digest("email", b"a.b@mail.example"), common_digest("phone", b"49301234567")]
    expected += [common_digest("account", b"chat.example|blue"), common_digest("sha256", b"\1" * 32)]
    assert commons_of(b"".join(one.digest for one in made)) == b"".join(expected)
    settings.DIGEST_KEY = "another node's"
    assert key_of("email", "a.b@mail.example").digest != made[0].digest
    assert commons_of(key_of("email", "a.b@mail.example").digest) == expected[0], "what two nodes compare"
    with pytest.raises(ValueError, match="32"):
        commons_of(b"x" * 33)


def test_only_what_every_node_computes_alike_and_what_justifies_a_match_is_compared() -> None:
    assert {"url", "host"}.isdisjoint(BETWEEN_NODES), "reports give these as digests of their own node"
    assert all(KINDS[kind].justifies for kind in BETWEEN_NODES)
    assert {"email", "phone", "account", "sha256", "pdq", "wallet", "ip", "camera_serial"} <= BETWEEN_NODES


def test_it_is_off_until_both_switched_it_on(two: Any) -> None:
    one, other = Side(), Side()
    pair = one.switches(other, on=True)
    assert bar(one, pair) is Bar.OFF
    assert bar(other, pair) is Bar.OFF
    with pytest.raises(Conflict):
        actions.ask(one.viewer, WHY, pair)
    other.switches(one, on=True)
    assert bar(one, pair) is Bar.NO_TAGS, "the night has not been yet"
    assert ComparisonPair.everywhere.filter(pk=pair.pk).count() == 1
    assert acts_of(one) == ["on", "was_on"]
    assert acts_of(other) == ["was_on", "on"]
    for kind in (OrganisationKind.PLATFORM, OrganisationKind.MINISTRY):
        with pytest.raises(Refusal):
            actions.switch(one.keeper, WHY, make_organisation(kind), on=True)
    with pytest.raises(Refusal):
        actions.switch(one.keeper, WHY, one.organisation, on=True)
    with pytest.raises(Refusal):
        actions.ask(two[0].viewer, WHY, pair)


def test_both_read_the_number_and_both_accounts_say_that_it_was_asked(two: Any) -> None:
    asks, holds, pair = two
    run = actions.ask(asks.viewer, WHY, pair)
    assert (run.values, run.held, run.count) == (150, 200, 40)
    for side in (asks, holds):
        with viewing(side.id):
            (seen,) = queries.runs_of(side.viewer, pair)
        assert seen.count == 40
        assert side.sees(run) is None, "which they are is shown to neither"
    assert acts_of(asks) == ["on", "was_on", "evaluated", "asked"]
    assert acts_of(holds)[-1] == "came"
    entry = Entry.objects.get(owner=holds.id, act=f"{PRIVATE}came")
    assert (entry.recipient, entry.count) == (asks.id, 150)
    stranger = Side()
    with viewing(stranger.id):
        assert queries.find_run(stranger.viewer, run.pk) is None
        assert queries.find_pair(stranger.viewer, pair.pk) is None


def test_no_value_is_asked_about_twice_in_an_epoch_and_no_side_asks_more_than_twice(two: Any) -> None:
    asks, _holds, pair = two
    actions.ask(asks.viewer, WHY, pair)
    assert bar(asks, pair) is Bar.TOO_FEW_ASKED, "all that it had was asked about"
    asks.holds(*range(150), *range(400, 500), 200)
    run = actions.ask(asks.viewer, WHY, pair)
    assert (run.values, run.count) == (101, 1), "only what is new"
    asks.holds(*range(600, 800))
    assert bar(asks, pair) is Bar.TOO_OFTEN
    with pytest.raises(Conflict):
        actions.ask(asks.viewer, WHY, pair)


@pytest.mark.parametrize(("asked", "held", "why"), [(99, 100, Bar.TOO_FEW_ASKED), (100, 99, Bar.TOO_FEW_HELD)])
def test_a_number_over_few_values_is_not_told(asked: int, held: int, why: Bar) -> None:
    asks, holds = Side(), Side()
    asks.holds(*range(asked))
    holds.holds(*range(held))
    pair = on_for_both(asks, holds)
    actions.nightly()
    assert bar(asks, pair) is why


def test_only_open_work_asks_and_what_was_erased_is_not_held_any_more(two: Any) -> None:
    asks, holds, pair = two
    closed = asks.holds(*range(200, 260))
    change(closed, State.CLOSED)
    gone = holds.holds(*range(50))
    actions.nightly()
    withdraw(gone)
    actions.nightly()
    assert actions.ask(asks.viewer, WHY, pair).count == 40


def test_which_records_are_in_common_is_shown_after_both_agreed_and_each_sees_its_own(two: Any) -> None:
    asks, holds, pair = two
    other = asks.holds(*range(1_000, 1_010))
    mine = asks.holds(300)
    theirs = holds.holds(149)
    actions.nightly()
    run = actions.ask(asks.viewer, WHY, pair)
    assert run.count == 41
    with pytest.raises(Conflict):
        actions.agree(holds.viewer, WHY, run)
    run = actions.propose(asks.viewer, WHY, run)
    assert (asks.sees(run), holds.sees(run)) == (None, None)
    with pytest.raises(Refusal):
        actions.agree(asks.viewer, WHY, run)
    with viewing(holds.id):
        assert [one.pk for one in queries.to_answer(holds.viewer)] == [run.pk]
    with viewing(asks.id):
        assert not queries.to_answer(asks.viewer).exists()
    run = actions.agree(holds.viewer, WHY, run)
    seen = {one.id for one in asks.sees(run) or []}
    assert mine.pk in seen
    assert other.pk not in seen
    assert len(seen) == 2
    seen_there = holds.sees(run) or []
    assert theirs.pk in {one.id for one in seen_there}
    assert {one.owner for one in seen_there} == {holds.id}
    assert acts_of(asks)[-2:] == ["agreed", "read"]
    assert acts_of(holds)[-2:] == ["agreed", "read"]


def test_who_agrees_about_one_question_shows_nothing_of_another(two: Any) -> None:
    asks, holds, pair = two
    first = actions.ask(asks.viewer, WHY, pair)
    later = asks.holds(*range(200, 310), *range(900, 910))
    second = actions.ask(asks.viewer, WHY, pair)
    assert (first.count, second.count) == (40, 110)
    actions.agree(holds.viewer, WHY, actions.propose(asks.viewer, WHY, first))
    assert later.pk not in {one.id for one in asks.sees(first) or []}
    assert asks.sees(second) is None
    assert holds.sees(second) is None


def test_what_was_withdrawn_or_refused_shows_nothing(two: Any) -> None:
    asks, holds, pair = two
    run = actions.ask(asks.viewer, WHY, pair)
    run = actions.propose(holds.viewer, WHY, run)
    run = actions.withdraw(holds.viewer, WHY, run)
    run = actions.propose(asks.viewer, WHY, run)
    refused = actions.refuse(holds.viewer, WHY, run, RefusalGround.SENSITIVE)
    assert (refused.state, asks.sees(run), holds.sees(run)) == (RevealState.REFUSED.value, None, None)
    with pytest.raises(Conflict):
        actions.propose(asks.viewer, WHY, run)


def test_off_ends_it_at_once(two: Any, django_capture_on_commit_callbacks: Any) -> None:
    asks, holds, pair = two
    run = actions.propose(asks.viewer, WHY, actions.ask(asks.viewer, WHY, pair))
    folders = [places.tags_of(holds.id, asks.id), places.secret_of(holds.id, asks.id)]
    assert all(path.exists() for path in folders)
    with django_capture_on_commit_callbacks(execute=True):
        holds.switches(asks, on=False)
    assert not any(path.exists() for path in folders)
    assert ComparisonRun.everywhere.get(pk=run.pk).state == RevealState.EXPIRED.value
    for act in (actions.agree, actions.propose):
        with pytest.raises(Refusal):
            act(holds.viewer, WHY, run)
    assert bar(asks, pair) is Bar.OFF
    holds.switches(asks, on=True)
    assert bar(asks, pair) is Bar.NO_TAGS


def test_what_a_closed_organisation_had_goes_in_the_next_night(two: Any) -> None:
    asks, holds, pair = two
    asks.organisation.active = False
    asks.organisation.save()
    assert bar(holds, pair) is Bar.OFF
    actions.nightly()
    for holder, asker in ((asks, holds), (holds, asks)):
        assert not places.tags_of(holder.id, asker.id).exists()
        assert not places.secret_of(holder.id, asker.id).exists()


def test_a_secret_that_is_lost_is_another_in_the_next_night(two: Any) -> None:
    asks, holds, pair = two
    places.secret_of(holds.id, asks.id).unlink()
    with pytest.raises(Conflict, match="the key is gone"):
        actions.ask(asks.viewer, WHY, pair)
    actions.nightly()
    assert actions.ask(asks.viewer, WHY, pair).count == 40


def test_an_epoch_that_ends_takes_its_key_and_tags_with_it(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asks, holds, pair = two
    run = actions.propose(asks.viewer, WHY, actions.ask(asks.viewer, WHY, pair))
    epoch, later = epoch_of(timezone.now()), timezone.now() + timedelta(days=14)
    old = list(places.tags_of(holds.id, asks.id).iterdir())
    assert {path.name for path in old} == {f"{epoch}.{what}" for what in ("tags", "index", f"{run.pk}.asked")}
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert bar(asks, pair) is Bar.NO_TAGS
    with pytest.raises(Refusal):
        actions.agree(holds.viewer, WHY, run)
    actions.nightly()
    assert not any(path.exists() for path in old)
    assert ComparisonRun.everywhere.get(pk=run.pk).state == RevealState.EXPIRED.value
    question = ask(Voprf(), run.pk, epoch, [b"x" * 32]).question
    with pytest.raises(ValueError, match="destroyed"):
        holding.answer(holds.id, asks.id, question)
    assert actions.ask(asks.viewer, WHY, pair).count == 40, "the next epoch asks about all anew"


def test_what_each_side_ever_holds_is_what_the_page_says(two: Any) -> None:
    """Transcript: all rows, entries and files after a run, and no value, common digest or output among the holder's."""
    asks, holds, pair = two
    only_asked = [commons_of(key.digest) for key in keys(*range(110))]
    run = actions.ask(asks.viewer, WHY, pair)
    rows = [str(list(model.everywhere.values())) for model in (ComparisonPair, ComparisonRun)]
    rows += [str(list(Entry.objects.filter(act__startswith=PRIVATE).values()))]
    folder = places.tags_of(holds.id, asks.id)
    files = {path.name.partition(".")[2]: path.read_bytes() for path in folder.iterdir()}
    digests = [key.digest for key in keys(*range(110))]
    for what in (*digests, *only_asked):
        assert not any(what.hex() in row or repr(what)[2:-1] in row for row in rows), "no row tells a value"
        assert what not in files["index"]
        assert what not in files["tags"], "the holder has nothing of what it does not hold itself"
    assert len(files["tags"]) == 96 + 8 * 200
    seed_name = places.secret_of(holds.id, asks.id)
    secret = bytes.fromhex(seed_name.read_text("ascii").split()[1])
    assert secret not in b"".join(files.values())
    assert set(msgspec.structs.asdict(holding.announcement(holds.id, asks.id, run.epoch))) == {
        "epoch",
        "public",
        "held",
        "digest",
    }
    assert value(1) not in str(rows)
    assert Path(settings.CONFIGURATION.home) in folder.parents


def test_a_holder_of_another_key_is_refused_and_nothing_is_counted(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asks, _holds, pair = two
    false = Voprf().evaluator(bytes(32), b"another")
    monkeypatch.setattr(holding, "answer", lambda _holder, _asker, question: reply(false, question))
    with pytest.raises(Conflict, match="another key"):
        actions.ask(asks.viewer, WHY, pair)
    assert not ComparisonRun.everywhere.exists()
    assert bar(asks, pair) is None, "nothing was spent"


def test_who_fills_up_with_what_nobody_holds_probes_one_value_and_both_accounts_say_that_it_asked() -> None:
    """The leak that the page states: no limit on the number of values stops it, the number of questions does."""
    probes, holds = Side(), Side()
    holds.holds(*range(100))
    pair = on_for_both(probes, holds)
    actions.nightly()
    counts = []
    for n, probed in enumerate((7, 5_000)):
        probes.holds(probed, *range(10_000 + 100 * n, 10_099 + 100 * n))
        counts.append(actions.ask(probes.viewer, WHY, pair).count)
    assert counts == [1, 0], "one bit a question, of a value that it chose"
    probes.holds(*range(20_000, 20_100))
    assert bar(probes, pair) is Bar.TOO_OFTEN
    assert acts_of(holds).count("came") == acts_of(probes).count("asked") == 2
