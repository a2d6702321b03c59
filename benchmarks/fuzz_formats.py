"""Coverage-guided fuzzing of the list readers: whatever the bytes, nothing but `FormatError` at the start.

    uv pip install --group fuzz
    python benchmarks/fuzz_formats.py FORMAT [CORPUS_FOLDER] [-max_total_time=60] [any option of libFuzzer]

FORMAT is a name out of `vaern.formats.FORMATS`, or `any` for finding the format by content. The seeds are small
documents of each format, by the tests' own writers. A crash leaves its input as `crash-…` in the present folder.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["vaern.formats"]):
    from vaern.formats import FORMATS, FormatError, read_list
    from vaern.records import Entry, Problem

MAX_INPUT = 8192
HERE = Path(tempfile.mkdtemp(prefix="vaern-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))


def seeds(folder: Path) -> None:
    """Writes a small document of each format, and a database."""
    from tests.formats.test_damage import WRITERS, sample
    from tests.formats.test_nsrl import MINIMAL, ROWS, database

    for name in WRITERS:
        (folder / name).write_bytes(sample(name, 3).whole)
    database(folder / "nsrl", "PRAGMA page_size=512", MINIMAL, rows=ROWS)


def target(format_name: str | None) -> object:
    """What libFuzzer calls with each input."""
    path = HERE / "list"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        try:
            rows = read_list(path, format=format_name)
        except FormatError:
            return
        for row in rows:
            if isinstance(row, Entry):
                assert row.id
                assert row.signals or row.recalled or row.extra
                "".join([row.id, row.source, *row.votes, *row.extra, *row.extra.values()]).encode()
            else:
                assert isinstance(row, Problem)
                assert row.reason

    return run


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in {"any", *FORMATS}:
        sys.exit(f"usage: fuzz_formats.py {{any,{','.join(FORMATS)}}} [CORPUS_FOLDER] [-max_total_time=60]")
    name = sys.argv.pop(1)
    corpus = HERE / "corpus"
    corpus.mkdir()
    seeds(corpus)
    atheris.Setup(
        [*sys.argv, str(corpus), f"-max_len={MAX_INPUT}", "-timeout=20"], target(None if name == "any" else name)
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
