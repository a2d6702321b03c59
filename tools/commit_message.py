"""Hold a commit's subject to CONTRIBUTING: one change, at most 72 characters, imperative, no full stop.

    python tools/commit_message.py .git/COMMIT_EDITMSG      # exit 1, with a sentence, if it is not

pre-commit runs it on each commit (`.venv/bin/pre-commit install`).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

LONGEST = 72
BY_GIT = re.compile(r"(Merge|Revert|fixup!|squash!) ")
NOT_IMPERATIVE = re.compile(r"\w+(ed|ing)\b")
"""*Added*, *Adding*. What begins with such a word in the imperative stands in `IMPERATIVE`."""
IMPERATIVE = frozenset(["Bring", "Embed", "Exceed", "Feed", "Need", "Proceed", "Seed", "Shed", "Speed", "Spring"])


def problem(message: str) -> str:
    """Return what is wrong with a message, in a sentence, or ""."""
    lines = [line for line in message.splitlines() if not line.startswith("#")] or [""]
    subject, first = lines[0], lines[0].split(" ", 1)[0]
    if BY_GIT.match(subject):
        return ""
    not_imperative = NOT_IMPERATIVE.fullmatch(first) and first not in IMPERATIVE
    wrong = {
        "Say what the commit does.": not subject.strip(),
        f"The subject has {len(subject)} characters, at most {LONGEST}: name one change, and say why below.": (
            len(subject) > LONGEST
        ),
        "The subject is one phrase, without a full stop or a semicolon: another change is another commit.": (
            subject.endswith(".") or ";" in subject
        ),
        "The subject begins with a verb in the imperative and a capital: Add, Mend, Let, Move.": (
            not first[:1].isupper() or not_imperative
        ),
        "An empty line stands between the subject and the body.": len(lines) > 1 and lines[1].strip(),
    }
    return next((sentence for sentence, is_so in wrong.items() if is_so), "")


def main() -> int:
    """Check the message of a file."""
    found = problem(Path(sys.argv[1]).read_text("utf-8"))
    if found:
        sys.stderr.write(found + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
