"""One contract for every implementation of the oblivious function, and the vectors of RFC 9497, appendix A.1.2."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.crosscheck.intersection import reference
from tests.node.crosscheck.intersection.reference import Reference

from vaern.node.crosscheck.rules import oblivious_kept
from vaern.node.crosscheck.rules.oblivious import (
    ELEMENT,
    MOST_AT_ONCE,
    OUTPUT,
    PROOF,
    BadElements,
    Evaluation,
    Unverified,
)
from vaern.node.crosscheck.rules.oblivious_kept import Keeping
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

if TYPE_CHECKING:
    from vaern.node.crosscheck.rules.oblivious import Oprf

PUBLISHED: dict[str, Any] = json.loads(Path(__file__).with_name("rfc9497.json").read_text("utf-8"))
MAKES: dict[str, Oprf] = {"voprf": Voprf(), "kept": Keeping(), "reference": Reference()}
each = pytest.mark.parametrize("oprf", MAKES.values(), ids=MAKES)
pairs = pytest.mark.parametrize(
    ("asking", "holding"),
    list(product(MAKES.values(), repeat=2)),
    ids=["/".join(two) for two in product(MAKES, repeat=2)],
)
SEED = bytes(range(32))
few = st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=3)


def parts(text: str) -> list[bytes]:
    return [bytes.fromhex(one) for one in text.split(",")]


@pairs
@settings(max_examples=5, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), info=st.binary(max_size=20), inputs=few)
def test_what_is_blinded_evaluated_and_finalized_is_what_the_key_says(
    asking: Oprf, holding: Oprf, seed: bytes, info: bytes, inputs: list[bytes]
) -> None:
    evaluator, blinding = holding.evaluator(seed, info), asking.blind(inputs)
    outputs = blinding.finalize(evaluator.evaluate(blinding.elements), evaluator.public)
    assert outputs == [evaluator.evaluate_known(one) for one in inputs]
    assert all(len(one) == OUTPUT for one in outputs)
    assert [asking.evaluator(seed, info).evaluate_known(one) for one in inputs] == outputs


@each
def test_equal_inputs_are_blinded_to_elements_that_differ(oprf: Oprf) -> None:
    one, other = oprf.blind([b"same", b"same"]), oprf.blind([b"same"])
    elements = {one.elements[:ELEMENT], one.elements[ELEMENT:], other.elements}
    assert len(elements) == 3, "equal values do not show, within a question or between two"


@each
def test_keys_of_one_seed_differ_by_their_text(oprf: Oprf) -> None:
    assert oprf.evaluator(SEED, b"one").public != oprf.evaluator(SEED, b"two").public
    assert oprf.evaluator(SEED, b"one").evaluate_known(b"x") != oprf.evaluator(SEED, b"two").evaluate_known(b"x")


@pairs
def test_no_answer_of_another_key_or_order_or_with_one_bit_changed_is_believed(asking: Oprf, holding: Oprf) -> None:
    evaluator, blinding = holding.evaluator(SEED, b""), asking.blind([b"one", b"two"])
    good = evaluator.evaluate(blinding.elements)
    swapped = Evaluation(good.elements[ELEMENT:] + good.elements[:ELEMENT], good.proof)
    partly = holding.evaluator(SEED, b"other").evaluate(blinding.elements)
    mixed = Evaluation(good.elements[:ELEMENT] + partly.elements[ELEMENT:], good.proof)
    changed = Evaluation(good.elements, good.proof[:-40] + bytes([good.proof[-40] ^ 1]) + good.proof[-39:])
    for answer in (swapped, mixed, partly, changed):
        with pytest.raises((Unverified, BadElements)):
            blinding.finalize(answer, evaluator.public)
    with pytest.raises(Unverified):
        blinding.finalize(good, holding.evaluator(SEED, b"other").public)
    assert len(blinding.finalize(good, evaluator.public)) == 2, "what was refused spoils nothing"


@each
@pytest.mark.parametrize("elements", [b"", bytes(ELEMENT), b"\xff" * ELEMENT, b"x" * 31, b"\x01" + bytes(31)])
def test_what_is_no_element_is_refused_on_either_side(oprf: Oprf, elements: bytes) -> None:
    evaluator, blinding = oprf.evaluator(SEED, b""), oprf.blind([b"one"])
    good = evaluator.evaluate(blinding.elements)
    with pytest.raises(BadElements):
        evaluator.evaluate(elements)
    with pytest.raises(BadElements):
        blinding.finalize(Evaluation(elements, good.proof), evaluator.public)
    with pytest.raises(BadElements):
        blinding.finalize(good, elements)
    with pytest.raises(BadElements):
        blinding.finalize(Evaluation(good.elements * 2, good.proof), evaluator.public)
    with pytest.raises(BadElements):
        blinding.finalize(Evaluation(good.elements, good.proof[1:]), evaluator.public)


@each
def test_what_cannot_be_blinded_is_refused(oprf: Oprf) -> None:
    for inputs in ([], [b""], [b"x" * 65_536], [b"x"] * (MOST_AT_ONCE + 1)):
        with pytest.raises(ValueError, match="input"):
            oprf.blind(inputs)
    for seed in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="seed"):
            oprf.evaluator(seed, b"")


@each
@pytest.mark.parametrize("vector", PUBLISHED["vectors"], ids=lambda one: f"{one['Batch']}-{one['Input'][:4]}")
def test_keys_outputs_and_elements_are_those_of_the_standard(oprf: Oprf, vector: dict[str, Any]) -> None:
    evaluator = oprf.evaluator(bytes.fromhex(PUBLISHED["seed"]), bytes.fromhex(PUBLISHED["keyInfo"]))
    assert evaluator.public.hex() == PUBLISHED["pkSm"]
    assert [evaluator.evaluate_known(one) for one in parts(vector["Input"])] == parts(vector["Output"])
    evaluated = evaluator.evaluate(b"".join(parts(vector["BlindedElement"])))
    assert evaluated.elements == b"".join(parts(vector["EvaluationElement"]))
    assert len(evaluated.proof) == PROOF


@pytest.mark.parametrize("vector", PUBLISHED["vectors"], ids=lambda one: f"{one['Batch']}-{one['Input'][:4]}")
def test_the_reference_blinds_and_proves_as_the_standard_does(vector: dict[str, Any]) -> None:
    """The package draws its scalars itself; here the published ones are given, and so every byte is compared."""
    blinds = [int.from_bytes(one, "little") for one in parts(vector["Blind"])]
    blinding = reference.Blinding(parts(vector["Input"]), blinds)
    assert blinding.elements == b"".join(parts(vector["BlindedElement"]))
    evaluator = reference.Evaluator(bytes.fromhex(PUBLISHED["seed"]), bytes.fromhex(PUBLISHED["keyInfo"]))
    assert evaluator.secret.to_bytes(32, "little").hex() == PUBLISHED["skSm"]
    random = int.from_bytes(bytes.fromhex(vector["Proof"]["r"]), "little")
    answer = evaluator.evaluate(blinding.elements, random)
    assert answer.proof.hex() == vector["Proof"]["proof"]
    assert blinding.finalize(answer, evaluator.public) == parts(vector["Output"])


@pytest.mark.parametrize("vector", PUBLISHED["vectors"], ids=lambda one: f"{one['Batch']}-{one['Input'][:4]}")
def test_what_is_kept_blinds_and_verifies_as_the_standard_does(vector: dict[str, Any]) -> None:
    inputs, blinds = parts(vector["Input"]), b"".join(parts(vector["Blind"]))
    blinding = oblivious_kept.Blinding(inputs, blinds)
    assert blinding.elements == b"".join(parts(vector["BlindedElement"]))
    proof = bytes.fromhex(vector["Proof"]["proof"])
    published = Evaluation(b"".join(parts(vector["EvaluationElement"])), proof)
    assert blinding.finalize(published, bytes.fromhex(PUBLISHED["pkSm"])) == parts(vector["Output"])


def test_a_question_that_was_kept_is_finished_by_another_process() -> None:
    inputs, evaluator = [b"one", b"two"], Voprf().evaluator(SEED, b"")
    asked = Keeping().blind(inputs)
    assert oblivious_kept.Blinding(inputs, asked.blinds).elements == asked.elements
    later = oblivious_kept.Blinding(inputs, asked.blinds, asked.elements)
    answer = evaluator.evaluate(asked.elements)
    assert later.finalize(answer, evaluator.public) == [evaluator.evaluate_known(one) for one in inputs]
    with pytest.raises(ValueError, match="blinds"):
        oblivious_kept.Blinding(inputs, asked.blinds[:32])
    with pytest.raises(ValueError, match="elements"):
        oblivious_kept.Blinding(inputs, asked.blinds, asked.elements[:32])


@pytest.mark.parametrize("proof", [bytes(64), b"\xff" * 64, (2**252 + 2**128).to_bytes(32, "little") * 2])
def test_a_proof_of_numbers_that_are_none_is_not_believed(proof: bytes) -> None:
    evaluator, blinding = Voprf().evaluator(SEED, b""), Keeping().blind([b"one"])
    good = evaluator.evaluate(blinding.elements)
    with pytest.raises(Unverified):
        blinding.finalize(Evaluation(good.elements, proof), evaluator.public)
