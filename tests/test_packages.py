"""The tree as two packages: the engine, and the node that is added to it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

import vaern

ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / "packaging" / "node"


def test_the_node_goes_with_the_engine_of_its_version() -> None:
    project = tomllib.loads((NODE / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["dependencies"] == [f"vaern[node]=={vaern.__version__}"]
    engine = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert [project[name] for name in ("license", "requires-python")] == [
        engine[name] for name in ("license", "requires-python")
    ]


@pytest.mark.once
def test_no_file_is_in_both_and_none_is_left_out(tmp_path: Path) -> None:
    names = {}
    for folder in (ROOT, NODE):
        out = tmp_path / folder.name
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        names[folder] = {name for name in ZipFile(next(out.glob("*.whl"))).namelist() if name.startswith("vaern/")}
    engine, node = names[ROOT], names[NODE]
    assert not engine & node
    assert all(name.startswith("vaern/node/") for name in node)
    code = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src/vaern").rglob("*.py")}
    assert code <= engine | node
    assert not any(name.startswith("vaern/node/") for name in engine)


WITHOUT = "import sys; sys.modules.update(dict.fromkeys(['vaern.node', 'django']));"


@pytest.mark.once
@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["serve"], 2, "`pip install vaern-node` brings it"),
        (["ledger", "verify"], 2, "`pip install vaern-node` brings it"),
        (["secret", "rotate"], 2, "`pip install vaern-node` brings it"),
        (["package", "open", "FILE", "--identity", "FILE", "--key", "k"], 2, "`pip install vaern-node` brings it"),
        (["ledger", "check-proof", "FILE", "--policy", "FILE"], 1, "The proof does not hold"),
        (["lookup", "replay", "FILE", "--key", "k"], 1, "It does not hold"),
    ],
)
def test_without_the_node_its_commands_say_so_and_proofs_are_checked(
    tmp_path: Path, words: list[str], status: int, says: str
) -> None:
    file = tmp_path / "file"
    file.write_text("quorum none\n")
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['vaern.node', 'django']));"
        "from vaern.cli.commands import cli; cli(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, *(str(file) if word == "FILE" else word for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert says in done.stdout + done.stderr
