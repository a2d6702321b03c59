"""The documentation holds: examples run, links resolve, words are defined once, generated pages are fresh."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import docs_pages
import numpy as np
import pytest
from PIL import Image

from vaern.records import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLE = re.compile(r"^<!-- runs -->\n```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```.*?^```$|^    [^\n]*$", re.MULTILINE | re.DOTALL)


def page_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


class Command(NamedTuple):
    line: str
    expected: str


def commands(block: str) -> Iterator[Command]:
    """The commands of a console example, each with what it should print."""
    for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = re.match(r"(?:.*\\\n)*.*\n", piece)
        assert lines
        yield Command(lines[0].rstrip("\n"), piece[lines.end() :])


def picture(seed: int) -> Image.Image:
    """A smooth invented picture that PDQ has something to hold on to in."""
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((640, 480), Image.Resampling.BICUBIC)


def set_scene(folder: Path) -> None:
    """What the examples stand on: a drive, a hash list, a list of known-good files, and packages of both."""
    photos = folder / "drive" / "photos"
    photos.mkdir(parents=True)
    for number in range(5):
        picture(number).save(photos / f"picture-{number}.png")
    (folder / "drive" / "notes.txt").write_text("benign and synthetic\n")
    digest = [sha256((photos / f"picture-{number}.png").read_bytes()).hexdigest() for number in range(3)]
    (folder / "known.csv").write_text(f"id,sha256\none,{digest[0]}\ntwo,{digest[1]}\n")
    (folder / "known-good.txt").write_text(f"# kind: sha256\n{digest[2]}\n")


SETUP = """\
vaern lists build lists/known --from known.csv >/dev/null &&
vaern lists build lists/known-good --from known-good.txt --known-good >/dev/null
"""


def run_console(blocks: list[str], folder: Path) -> None:
    """Run the commands of one page in one shell and compare what each prints."""
    asked = [command for block in blocks for command in commands(block)]
    script = [SETUP, *(f"printf '\\036'; (exit $status); {c.line}\nstatus=$?" for c in asked)]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", "status=0\n" + "\n".join(script)],
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    before, *printed = done.stdout.split("\036")
    assert not before, f"the scene could not be set: {before}{done.stderr}"
    assert len(printed) == len(asked), done.stderr
    for command, output in zip(asked, printed, strict=True):
        same = doctest.OutputChecker().check_output(command.expected or "...", output or "\n", doctest.ELLIPSIS)
        assert same, f"$ {command.line}\nprinted\n{output}\n{done.stderr}\nand not\n{command.expected}"
        assert "Traceback" not in done.stderr, done.stderr


def run_python(blocks: list[str], folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(blocks)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def examples() -> list[tuple[str, str]]:
    found = {(page_name(page), kind) for page in PAGES for kind, _ in EXAMPLE.findall(page.read_text("utf-8"))}
    return sorted(found)


@pytest.mark.parametrize(("page", "kind"), examples())
def test_examples_run(page: str, kind: str, tmp_path: Path) -> None:
    set_scene(tmp_path)
    blocks = [code for k, code in EXAMPLE.findall((ROOT / page).read_text("utf-8")) if k == kind]
    (run_console if kind == "console" else run_python)(blocks, tmp_path)


def test_an_example_that_prints_something_else_fails(tmp_path: Path) -> None:
    set_scene(tmp_path)
    with pytest.raises(AssertionError, match="and not"):
        run_console(["$ echo one\ntwo\n"], tmp_path)
    with pytest.raises(AssertionError):
        run_python(["assert 1 == 2"], tmp_path)


def anchor(heading: str) -> str:
    """The anchor that MkDocs and GitHub both give a heading of plain words."""
    plain = re.sub(r"[^\w\s-]", "", heading.replace("`", "")).strip().lower()
    return re.sub(r"\s+", "-", plain)


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text("utf-8"))
    return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_within_the_repository_resolve(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text("utf-8")))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.is_relative_to(ROOT), f"{page_name(page)}: {target} leaves the repository"
        assert there.exists(), f"{page_name(page)}: {target} does not exist"
        if fragment and there.suffix == ".md":
            assert fragment in anchors(there), f"{page_name(page)}: {target} has no such heading"


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in PAGES:
        if page.is_relative_to(ROOT / "docs") and page.parent.name != "decisions":
            assert page.relative_to(ROOT / "docs").as_posix() in navigation


def defined_words() -> list[str]:
    return re.findall(r"^\*\*([^*]+)\*\*: \S", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.MULTILINE)


def test_each_word_of_the_glossary_is_defined_once() -> None:
    twice = [word for word, count in Counter(word.lower() for word in defined_words()).items() if count > 1]
    assert not twice


def test_the_glossary_has_the_words_that_the_records_use() -> None:
    words = {word.lower() for word in defined_words()}
    fields = {"signal", "media", "entry", "match", "finding", "verdict", "quality", "orientation", "region"}
    assert fields | set(VERDICTS) <= words


@pytest.mark.parametrize("tool", ["python_reference.py", "cli_reference.py"])
def test_generated_pages_are_fresh(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / tool, "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout


def test_every_command_and_option_is_in_the_reference() -> None:
    from vaern.cli.commands import cli
    from vaern.cli.groups import commands

    page = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    for names, command in commands(cli, ("vaern",)):
        name = " ".join(names)
        assert name in page
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert option in page, f"docs/reference/cli.md lacks {option} of {name}"


def test_the_site_asks_no_other_host(tmp_path: Path) -> None:
    docs_pages.write(tmp_path / "docs")
    settings = (ROOT / "mkdocs.yml").read_text("utf-8").replace("docs_dir: build/docs", "docs_dir: docs")
    (tmp_path / "mkdocs.yml").write_text(settings, "utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=tmp_path,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    fetched = re.compile(r"<(?:script|img|iframe|source|link)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^\"'\s>]+[^>]*>")
    for page in (tmp_path / "site").rglob("*.html"):
        outside = [tag for tag in fetched.findall(page.read_text("utf-8")) if "canonical" not in tag]
        assert not outside, f"{page.name}: {outside}"


AGAINST = {"against it stands", "what holds"}
"""Heads of the columns of a threat model that say what stands against an attack: a table with one makes claims."""
HELD_BY = {"held by", "which test shows it", "tested by"}
"""Heads of the columns that name tests."""
CLAIM = re.compile(r"`((?:\.\./)*(?:[a-z_]+/)*test_[a-z0-9_]+\.py)::(test_\w+)`")
WHY_NONE = re.compile(r"none: \w.{10,}")
MODELS = {"threat-model.md": ("tests", 45), "threat-model-node.md": ("tests/node", 130)}
"""The threat models, below which folder each names its tests, and how many claims each has at least."""


def claims(text: str) -> list[tuple[str, str]]:
    """The rows of a threat model that claim something: what, and the cell that names its tests; "" for none."""
    found: list[tuple[str, str]] = []
    head: list[str] | None = None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = cells
        elif AGAINST & {*head} and not line.startswith("|---"):
            named = [cell for title, cell in zip(head, cells, strict=True) if title in HELD_BY]
            found.append((cells[0], *named) if named else (cells[0], ""))
    return found


def faults(cell: str, below: str = "tests/node") -> list[str]:
    """What of a cell is no `file::test` that exists below a folder, and does not say why there is none."""
    if WHY_NONE.fullmatch(cell):
        return []
    return [
        one for one in cell.split(", ") if not (whole := CLAIM.fullmatch(one)) or not is_there(below, *whole.groups())
    ]


def is_there(below: str, file: str, name: str) -> bool:
    path = ROOT / below / file
    return path.is_file() and re.search(rf"^ *def {name}\(", path.read_text("utf-8"), re.MULTILINE) is not None


@pytest.mark.parametrize("page", MODELS)
def test_every_claim_of_a_threat_model_names_a_test_that_exists(page: str) -> None:
    below, least = MODELS[page]
    found = claims((ROOT / "docs/explanation" / page).read_text("utf-8"))
    assert len(found) >= least
    assert [f"{claim}: {wrong}" for claim, cell in found for wrong in faults(cell, below)] == []


def test_a_table_of_a_threat_model_without_a_column_of_tests_is_found() -> None:
    [(claim, cell)] = claims(
        "| it may try | against it stands | what remains |\n|---|---|---|\n| to look | a lock | |\n"
    )
    assert (claim, cell, faults(cell)) == ("to look", "", [""])


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("`test_walk.py::test_every_page_for_every_role`", 0),
        ("`test_walk.py::test_every_page_for_every_role`, `test_walk.py::test_every_operation_for_every_role`", 0),
        ("`test_walk.py::test_every_page_for_every_role`, `::test_every_operation_for_every_role`", 1),
        ("`test_walk.py`", 1),
        ("`cases/assistance/test_clocks.py::TestKeeping`", 1),
        ("`test_walk.py::test_that_nobody_wrote`", 1),
        ("`test_that_nobody_wrote.py::test_x`", 1),
        ("test_walk.py::test_every_page_for_every_role", 1),
        ("`test_walk.py::test_every_page_for_every_role` and by its author", 1),
        ("", 1),
        ("none:", 1),
        ("none: nothing of ours stands against it", 0),
    ],
)
def test_what_names_no_test_is_found(cell: str, wrong: int) -> None:
    table = f"| somebody may try | against it stands | held by |\n|---|---|---|\n| to look | a lock | {cell} |\n"
    [(claim, named)] = claims(table)
    assert (claim, len(faults(named))) == ("to look", wrong)
