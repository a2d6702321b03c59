import re
import string
from pathlib import Path

import pytest

from vaern.records import VERDICTS, Orientation
from vaern.scanning.report import texts as module
from vaern.scanning.report.texts import LANGUAGES, text, texts

ROOM = Path(module.__file__).parent


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", texts())
def test_every_text_is_there_in_every_language_with_the_same_placeholders(key: str) -> None:
    sentences = texts()[key]
    assert list(sentences) == list(LANGUAGES)
    assert all(sentence.strip() == sentence and sentence for sentence in sentences.values())
    first, *others = (placeholders(sentence) for sentence in sentences.values())
    assert all(other == first for other in others)
    assert len({sentence.count("`") for sentence in sentences.values()}) == 1


def test_every_text_is_used() -> None:
    code = "".join(path.read_text() for path in [*ROOM.glob("*.py"), *ROOM.glob("templates/*")])
    built = ("verdict_", "means_", "by_", "inode/")  # keys that are put together from a value
    quoted = set(re.findall(r"[\"']([\w/-]+)[\"']", code))
    unused = {key for key in texts() if not key.startswith(built)} - quoted
    assert not unused


def test_every_verdict_and_orientation_has_words() -> None:
    for verdict in VERDICTS:
        assert text(f"verdict_{verdict.replace(' ', '_')}")
        assert text(f"means_{verdict.replace(' ', '_')}")
    for orientation in Orientation.__args__:
        assert text(orientation)


def test_values_are_escaped_and_code_is_marked() -> None:
    assert "&lt;b&gt;" in text("version", value="<b>")
    assert "<code>findings.csv</code>" in text("findings_note")
