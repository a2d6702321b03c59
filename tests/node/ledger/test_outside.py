"""What an outsider gets and checks: bundles, with a script that uses nothing of ours, and the commands."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import transaction
from tests.node.factories import make_person
from tests.node.ledger.recording import enter, without_triggers

from vaern.cli.commands import cli
from vaern.node.ledger.bundles import bundle
from vaern.node.ledger.keys import key_path, signing_key, verifier_key
from vaern.node.ledger.last import keep_last, last_path
from vaern.node.ledger.models import Entry
from vaern.node.ledger.proofs import latest_checkpoint
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Act, Reason, Subject, Verb, Why
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.rules import Role
from vaern.proofs.checkpoints import SigningKey, open_checkpoint, sign_checkpoint

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "check_proof.py"


def check(folder: Path, proof: dict, key: str = "", flag: str = "-I") -> subprocess.CompletedProcess:
    """Run the script as an outsider does: isolated, so that nothing of ours can be imported from where we stand."""
    (folder / "bundle.json").write_text(json.dumps(proof), "utf-8")
    words = [sys.executable, flag, SCRIPT, folder / "bundle.json", key or str(verifier_key())]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def test_the_script_is_short_and_uses_nothing_of_ours() -> None:
    text = SCRIPT.read_text("utf-8")
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Module | ast.FunctionDef)]
    words = {
        n for node in nodes if ast.get_docstring(node) for n in range(node.body[0].lineno, node.body[0].end_lineno + 1)
    }
    code = [line for n, line in enumerate(text.splitlines(), 1) if line.strip() and n not in words]
    assert len(code) <= 55, "the documentation says some fifty"
    imports = [line for line in code if line.startswith(("import ", "from "))]
    assert not [line for line in imports if "vaern" in line]
    assert [line for line in imports if line.split()[1].split(".")[0] not in sys.stdlib_module_names] == [
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey"
    ]


@pytest.fixture
def proof(db: None) -> dict:
    """A bundle of the fourth of seven entries, with a checkpoint of three that was kept."""
    enter(3)
    sequence_once()
    kept = latest_checkpoint().note
    entries = enter(4)
    sequence_once()
    return bundle(entries[0], kept)


def test_the_script_accepts_what_is_true(proof: dict, tmp_path: Path) -> None:
    done = check(tmp_path, proof)
    assert done.returncode == 0, done.stderr
    entry = Entry.objects.order_by("id")[3].pk
    assert done.stdout == (
        f"The proof holds: entry {entry} is in the ledger of 7 entries, whose first 3 are as they were\n"
    )
    del proof["kept"], proof["consistency"]
    assert check(tmp_path, proof).returncode == 0


@pytest.mark.once
def test_the_script_accepts_a_kept_checkpoint_that_is_the_newest(db: None, tmp_path: Path) -> None:
    for size in range(1, 10):
        (entry,) = enter(1)
        sequence_once()
        done = check(tmp_path, bundle(entry, latest_checkpoint().note))
        assert done.returncode == 0, (size, done.stderr)
        assert f"whose first {size} are as they were" in done.stdout


def other_root(proof: dict) -> None:
    proof["checkpoint"] = sign_checkpoint(7, bytes(32), signing_key())


def other_old_root(proof: dict) -> None:
    proof["kept"] = sign_checkpoint(3, bytes(32), signing_key())


def larger_old(proof: dict) -> None:
    proof["kept"] = sign_checkpoint(8, open_checkpoint(proof["kept"], verifier_key()).root, signing_key())


def other_signer(proof: dict) -> None:
    root = open_checkpoint(proof["checkpoint"], verifier_key()).root
    proof["checkpoint"] = sign_checkpoint(7, root, SigningKey.fresh("localhost"))


def damaged(member: str, change) -> object:
    def damage(proof: dict) -> None:
        proof[member] = change(proof[member])

    damage.__name__ = member
    return damage


@pytest.mark.once
@pytest.mark.parametrize(
    "damage",
    [
        other_root,
        other_old_root,
        larger_old,
        other_signer,
        damaged("leaf", lambda leaf: leaf.replace("consultation", "combination")),
        damaged("position", lambda position: position + 1),
        damaged("position", lambda position: position - 1),
        damaged("position", lambda _: 7),
        damaged("position", lambda _: -1),
        damaged("inclusion", lambda proof: proof[:-1]),
        damaged("inclusion", lambda proof: [*proof, "00" * 32]),
        damaged("inclusion", lambda proof: proof[::-1]),
        damaged("consistency", lambda proof: proof[:-1]),
        damaged("consistency", lambda proof: [*proof, "00" * 32]),
        damaged("consistency", lambda proof: proof[::-1]),
        damaged("checkpoint", lambda note: note.replace("\n7\n", "\n8\n")),
        damaged("checkpoint", lambda note: note.replace("localhost\n", "elsewhere\n", 1)),
        damaged("checkpoint", lambda _: ""),
    ],
    ids=lambda damage: damage.__name__,
)
@pytest.mark.parametrize("flag", ["-I", "-IO"])
def test_the_script_refuses_whatever_is_changed(proof: dict, tmp_path: Path, damage, flag: str) -> None:
    damage(proof)
    done = check(tmp_path, proof, flag=flag)
    assert done.returncode == 1
    assert done.stderr.startswith("The proof does not hold: ")
    assert "Traceback" not in done.stderr


def test_the_script_wants_the_right_key(proof: dict, tmp_path: Path) -> None:
    assert check(tmp_path, proof, str(SigningKey.fresh("localhost").verifier)).returncode == 1


# The commands ------------------------------------------------------------------------------------------------------


def vaern(*words: object) -> Result:
    return CliRunner().invoke(cli, ["ledger", *map(str, words)])


@pytest.mark.django_db
def test_verify_holds_the_ledger_against_the_table_of_people() -> None:
    """Whoever joins is recorded: an emptied ledger, or another node's, knows nobody."""
    person = make_person(Role.ANALYST)
    enter(1)
    sequence_once()
    done = vaern("verify", "--processes", 0)
    assert done.exit_code == 1
    assert "The node has 1 person, and no entry names one" in done.stdout
    joined = Act("tests.verify.joined", Verb.COLLECTION, "{subject} joined")
    with transaction.atomic():
        record(joined, Subject("person", person.pk), NODE, Reason(Why.ASSESSMENT))
    sequence_once()
    assert vaern("verify", "--processes", 0).exit_code == 0


@pytest.mark.django_db
def test_verify_says_that_all_is_well_or_names_what_is_not(tmp_path: Path) -> None:
    entries = enter(3, words="Jane Doe")
    sequence_once()
    done = vaern("verify", "--processes", 0)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("The ledger is whole: 3 entries, 1 checkpoint, root ")
    kept = tmp_path / "checkpoint"
    kept.write_text(vaern("checkpoint").stdout, "utf-8")
    enter(1)
    sequence_once()
    assert vaern("verify", "--processes", 0, "--against", kept).exit_code == 0
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_entry SET why = 'removal' WHERE id = %s", [entries[1]])
    done = vaern("verify", "--processes", 0)
    assert done.exit_code == 1
    assert done.stdout == (
        f"Entry {entries[1]} (position 1), or its leaf, was changed after it was signed.\n"
        "The ledger is not as it was signed: 1 finding among 4 entries.\n"
    )


@pytest.mark.django_db
def test_checkpoint_key_and_proof_are_printed(tmp_path: Path) -> None:
    assert vaern("checkpoint").exit_code == 2
    (entry,) = enter(1)
    assert vaern("prove", entry).output.endswith(f"Entry {entry} has no place in the ledger (yet).\n")
    sequence_once()
    key = vaern("checkpoint", "--key").stdout.strip()
    assert key == str(verifier_key())
    note = vaern("checkpoint").stdout
    assert open_checkpoint(note, verifier_key()).size == 1
    kept = tmp_path / "checkpoint"
    kept.write_text(note, "utf-8")
    done = vaern("prove", entry, "--against", kept)
    assert check(tmp_path, json.loads(done.stdout), key).returncode == 0


def test_a_folder_without_a_node_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAERN_HOME", os.environ["VAERN_HOME"])  # the option sets it; put it back
    monkeypatch.delenv("DATABASE_URL", raising=False)
    done = vaern("verify", "--home", tmp_path / "nothing")
    assert done.exit_code == 2
    assert done.output == f"Error: There is no node in {tmp_path / 'nothing'}: name its folder with --home.\n"


@pytest.mark.django_db
def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path) -> None:
    signing_key()  # as a node that has started once has it
    done = vaern("verify", "--key", "nonsense")
    assert (done.exit_code, done.output) == (2, "Error: This is no Ed25519 key of a signed note.\n")
    note = tmp_path / "note"
    note.write_text("nonsense", "utf-8")
    assert vaern("verify", "--against", note).exit_code == 2
    key_path().rename(tmp_path / "key")
    try:
        done = vaern("verify")
        assert done.exit_code == 2
        assert "ledger.key is missing" in done.output
        assert not key_path().exists()
    finally:
        (tmp_path / "key").rename(key_path())


@pytest.mark.django_db
def test_verify_holds_the_ledger_against_what_the_node_signed_last() -> None:
    enter(3)
    sequence_once(last=last_path())
    try:
        assert vaern("verify", "--processes", 0).exit_code == 0
        keep_last(last_path(), sign_checkpoint(9, bytes(32), signing_key()))
        done = vaern("verify", "--processes", 0)
    finally:
        last_path().unlink()
    assert done.exit_code == 1
    assert "speaks of 9 entries, and there are 3: the end was cut off" in " ".join(done.stdout.split())


def test_without_the_extra_it_is_said_in_a_sentence() -> None:
    code = (
        "import importlib.util as u; find = u.find_spec;"
        "u.find_spec = lambda name, *more: None if name == 'django' else find(name, *more);"
        "from vaern.cli.commands import cli; import sys; assert 'django' not in sys.modules;"
        "cli(['ledger', 'verify'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "Error: The node is not installed: `pip install vaern-node` brings it.\n"
