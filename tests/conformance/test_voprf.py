"""voprf-ts, an RFC 9497 of another make, takes either side against ours, and sees what was changed on the way."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import ROOT, missing

from vaern.node.crosscheck.rules.oblivious import ELEMENT, Evaluation, Unverified, pieces
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

if TYPE_CHECKING:
    from collections.abc import Callable

    Judge = Callable[..., dict[str, Any]]

JS = ROOT / ".conformance" / "voprf"
SEED, INFO = bytes(range(32)), b"epoch 7"
INPUTS = [f"value {n}".encode() for n in range(20)] + [b"value 0"]
pytestmark = pytest.mark.once


@pytest.fixture
def judge() -> Judge:
    """Ask voprf-ts for one step."""
    node = shutil.which("node")
    if not node or not (JS / "node_modules").is_dir():
        missing("voprf-ts is not installed (make conformance-setup brings it where npm is)")

    def ask(step: str, **said: Any) -> dict[str, Any]:
        asked = json.dumps({"step": step, "seed": SEED.hex(), "info": INFO.hex(), **said})
        done = subprocess.run(
            [node, JS / "judge.cjs"], input=asked, capture_output=True, text=True, timeout=120, check=False
        )
        assert not done.returncode, done.stderr
        return json.loads(done.stdout)

    return ask


def hexes(data: bytes) -> list[str]:
    return [one.hex() for one in pieces(data)]


def joined(texts: list[str]) -> bytes:
    return b"".join(map(bytes.fromhex, texts))


def test_a_seed_is_the_same_key_and_says_the_same_of_values_that_are_known(judge: Judge) -> None:
    ours = Voprf().evaluator(SEED, INFO)
    theirs = judge("known", inputs=[one.hex() for one in INPUTS])["outputs"]
    assert theirs == [ours.evaluate_known(one).hex() for one in INPUTS]


def test_we_blind_and_they_evaluate(judge: Judge) -> None:
    blinding = Voprf().blind(INPUTS)
    said = judge("evaluate", elements=hexes(blinding.elements))
    answer = Evaluation(joined(said["elements"]), bytes.fromhex(said["proof"]))
    ours = Voprf().evaluator(SEED, INFO)
    assert said["public"] == ours.public.hex()
    assert blinding.finalize(answer, ours.public) == [ours.evaluate_known(one) for one in INPUTS]
    swapped = answer.elements[ELEMENT:] + answer.elements[:ELEMENT]
    with pytest.raises(Unverified):
        blinding.finalize(Evaluation(swapped, answer.proof), ours.public)


def test_they_blind_and_we_evaluate_and_they_verify(judge: Judge) -> None:
    ours = Voprf().evaluator(SEED, INFO)
    asked = judge("blind", public=ours.public.hex(), inputs=[one.hex() for one in INPUTS])
    answer = ours.evaluate(joined(asked["elements"]))
    given = {"public": ours.public.hex(), "kept": asked["kept"], "proof": answer.proof.hex()}
    outputs = judge("finalize", elements=hexes(answer.elements), **given)["outputs"]
    assert outputs == [ours.evaluate_known(one).hex() for one in INPUTS]
    swapped = hexes(answer.elements[ELEMENT:] + answer.elements[:ELEMENT])
    assert "refused" in judge("finalize", elements=swapped, **given)
    other = Voprf().evaluator(SEED, b"another").public.hex()
    assert "refused" in judge("finalize", elements=hexes(answer.elements), **{**given, "public": other})
