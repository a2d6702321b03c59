"""Every reason that the program can give has a Danish sentence, and every Danish sentence a reason."""

from __future__ import annotations

import ast
import errno
import os
import re
import signal
import string
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.scanning import records

import vaern
from vaern.hashing import video
from vaern.hashing.containers import KINDS
from vaern.records import Match, Media, Orientation
from vaern.scanning import ScanOptions, process, worker
from vaern.scanning.members import DamagedError
from vaern.scanning.report.reasons import danish, reasons_of, sentences
from vaern.scanning.report.tally import cause_of
from vaern.scanning.report.texts import plain
from vaern.scanning.verdicts import finding

SOURCE = Path(vaern.__file__).parent
SPEAKERS = (
    *(
        "archives",
        "mails",
        "members",
        "ole",
        "pool",
        "process",
        "protocol",
        "remarks",
        "tars",
        "tasks",
        "thumbnails",
        "verdicts",
        "walk",
    ),
    *("worker", "zips"),
)
GIVES_REASONS = [
    *sorted((SOURCE / "hashing").glob("[a-z]*.py")),
    *(SOURCE / "scanning" / f"{name}.py" for name in SPEAKERS),
    *sorted((SOURCE / "scanning" / "disks").glob("[a-z]*.py")),
    *sorted((SOURCE / "scanning" / "sevenz").glob("[a-z]*.py")),
    *sorted((SOURCE / "scanning" / "outlook").glob("[a-z]*.py")),
    *(SOURCE / "store" / f"{name}.py" for name in ("answers", "azure", "client", "fetching", "s3")),
    *sorted((SOURCE / "scanning" / "pdfs").glob("[a-z]*.py")),
]

OTHERWISE = {
    # They end the scan, not a file (`Refusal`), or are only said when nobody reads on.
    "a worker could not be started: {}{}{}",
    "workers end before they begin a file: {}",
    "there is nothing to scan: name a folder or a file",
    "{}: {}; name a folder or file that exists",
    "{}: a link that leads to itself; name a folder or file that exists",
    "there are no whole credentials for the store; renew them",
    "the store cannot be reached or understood ({})",
    "the store does not take the request ({}); {}",
    "there is no such bucket",
    "there is no such container",
    "it is too busy: try later",
    "look at the credentials, the region and the rights",
    "scanning a store needs the extra `store`, which is not installed; install it by: pip install 'vaern[store]'",
    (
        "there are no credentials for the store; give them as AWS's own programs read them: AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role of the machine"
    ),
    "the endpoint of the store names a user; credentials never stand in an address",
    "the store lists the same objects again and again; nothing can be scanned further",
    # Its file is given to another worker.
    "the worker lacked a parser",
    # A fault of the parent, which the worker tells nobody.
    "the first message must be the set-up",
    "only jobs may follow the set-up",
    # Remarks in `notes`, which the page does not show.
    "changed while it was read",
    "damaged: {}",
    "damaged: {} packets could not be decoded",
    "decoder: {}",
    "video streams that were not hashed: {}",
    "behind the picture: {}",
    "bytes of no known kind behind the picture: {}",
    "what may stand behind the picture was not looked for: it has more than {} bytes",
    "what comes with it lies too deep and was not read",
    "of the image only files were read: no unallocated space, and nothing of the file systems' own",
    "the image keeps no hash of its disk",
    "verified: the disk has the {} that the image keeps",
    "verified: what the image stores of the disk has the {} that it keeps",
    "deleted: its content was read where it lay, which may be in use for something else by now",
    "remature end",
    "unknown pixel mode",
    "missing in partial image",
    "Exceeds the limit (",
    "no signal",
    "raw data",
    # Names of members.
    "mail {}",
    "mail {}/",
    "part {}",
    "attachment {}",
    "folder {}",
    "hidden items/",
    "{}/picture {}",
    "{}picture {}",
    "picture {}",
    "page {}/",
    "object {}",
    "{}object {}",
    "revision {}/",
    # A verdict, which the page has words for.
    "not media",
    # Faults in the call, not in a file.
    "frames and max_pixels must be 1 or more, and video_interval more than 0: {}",
    "PDQ hashes uint8 [h, w] or [h, w, 3], not {} {}",
    "{} × {} pixels do not fit {}",
}
"""Sentences that are no reason of a finding, or none that the page shows."""

APART = ("verdicts", "turns", "kinds")
"""Parts of the catalogue that are never grouped by cause."""

PIECES = {
    "{} (the worker answered nonsense: {})",
    "{} (exit status {})",
    "The {} is that of entry {}.",
    "Known good: the SHA-256 is that of entry {}.",
    "Known good: the {} meets entry {}.",
    "Looks like entry {}: {}{}.",
    "Looks like the frame{} of the video of entry {}: {}{}.",
    "The frame{} looks like entry {}: {}{}.",
    " at {} s",
    "{} of list {}, release {}",
    "{} of the entry's frames are met, at a median of {} bits",
    "{} of 256 bits differ",
    "the archive could not be read",
    "the archive could not be unpacked",
    "the decoder failed",
    "the decoder crashed",
}
"""Of these, sentences are put together, which the tests below make whole."""


def literals(path: Path) -> set[str]:
    """Every text in code that reads as prose: two words or more, docstrings left out; `{}` for what is put in."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped: set[int] = set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))  # a docstring
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in ast.walk(node) if isinstance(part, ast.Constant)}
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            found.add("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            found.add(node.value)
    return {text for text in found if re.search(r"[a-z]{2,}:? (\{|[a-z]{2,})", text)}


@pytest.mark.parametrize("path", GIVES_REASONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_sentence_in_the_code_has_a_danish_one(path: Path) -> None:
    left = literals(path) - OTHERWISE - PIECES
    assert not {text for text in left if not is_told(text.replace("{}", "…"))}, "add them to report/reasons.toml"


def test_what_is_left_out_is_still_said_somewhere() -> None:
    said = set().union(*map(literals, GIVES_REASONS))
    assert said >= OTHERWISE
    assert said >= PIECES


def is_told(reason: str) -> bool:
    """Whether all of it is said in Danish."""
    return "»" not in danish(reason)


@given(records.media(), st.lists(records.matches(), max_size=3))
def test_every_verdict_is_told_and_names_what_it_names_in_english(media: Media, matches: list[Match]) -> None:
    plain = replace(
        media,
        unreadable="it is encrypted" if media.unreadable else "",
        unopened="a RAR archive" if media.unopened else "",
    )
    kept = [replace(hit, entry="E 1", list="L 2", release="R 3", query_share=hit.entry_share) for hit in matches]
    found = finding(plain, tuple(kept), {"good"})
    assert is_told(found.reason)
    assert all((name in danish(found.reason)) == (name in found.reason) for name in ("E 1", "L 2", "R 3", "SHA-256"))


@pytest.mark.parametrize("orientation", Orientation.__args__)
@pytest.mark.parametrize("share", [None, 0.8])
def test_every_orientation_is_told(orientation: Orientation, share: float | None) -> None:
    hit = Match("pdq", "00", "E", 12, "L", "R", orientation=orientation, entry_share=share)
    english = finding(Media("a", 1, "image/png"), (hit,), ()).reason
    assert is_told(english)
    assert orientation == "upright" or plain(orientation, "da") in danish(english)
    assert ("80 %" if share else "12 af 256 bit") in danish(english)


@pytest.mark.parametrize("orientation", ["upright", "rotated-90"])
@pytest.mark.parametrize("seconds", [None, 12.5])
@pytest.mark.parametrize(("frame_of", "says"), [("entry", "i videoen for post E"), ("file", "ligner post E")])
def test_a_frame_that_a_still_met_is_told(
    orientation: Orientation, seconds: float | None, frame_of: Literal["entry", "file"], says: str
) -> None:
    hit = Match("pdq", "00", "E", 12, "L", "R", orientation=orientation, frame_of=frame_of, seconds=seconds)
    english = finding(Media("a", 1, "image/png"), (hit,), ()).reason
    assert is_told(english)
    assert says in danish(english)
    assert "12 af 256 bit" in danish(english)
    assert ("12.5 s" in danish(english)) == (seconds is not None)


@pytest.mark.parametrize(
    "note",
    [
        "no signal: featureless",
        "no signal: too small",
        "keyframes only",
        video._cut_short(2580.0, 5400.0),
        video._cut_short(2580.0, None),
    ],
)
def test_what_has_no_signal_is_told(note: str) -> None:
    assert is_told(finding(Media("a", 1, "image/png", notes=(note,)), (), ()).reason)


@pytest.mark.parametrize(
    "what", ["the archive could not be read", "the archive could not be unpacked", "the decoder failed"]
)
def test_a_failure_of_a_library_is_told_and_its_own_words_are_quoted(what: str) -> None:
    assert is_told(worker._failure(what, KeyError()))
    told = danish(f"Could not be read: {worker._failure(what, ValueError('odd (very)'))}.")
    assert told.startswith("Kunne ikke læses: ")
    assert told.endswith(" (ValueError: »odd (very)«).")
    assert is_told(worker._failure(what, DamagedError("its header in the archive is damaged")))


@pytest.mark.parametrize("status", [-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGSYS, 1])
def test_every_way_a_decoder_ends_is_told(status: int) -> None:
    own = object.__new__(process.WorkerProcess)
    own.cpu_allowed = ScanOptions().cpu_seconds
    try:
        assert is_told(own._cause(status))
    finally:
        own._errors = os.memfd_create("none")
    assert is_told(f"{process.CRASH} (the worker answered nonsense: a message of 99 bytes)")
    assert is_told(worker.out_of_memory(ScanOptions()))


def test_every_danish_sentence_has_a_reason_in_the_code() -> None:
    said = set().union(*map(literals, GIVES_REASONS))
    put_together = ("verdicts", "turns", "system", "kinds")
    for part, pairs in sentences().items():
        for english in pairs if part not in put_together else ():
            bare = re.sub(r"\{\w+\}", "{}", english)
            start = bare.partition(" (")[0]
            assert bare in said or start in said, english
    names = {os.strerror(number).lower() for number in errno.errorcode}
    assert set(sentences()["system"]) <= names
    assert set(sentences()["kinds"]) == set(KINDS.values())
    assert set(sentences()["turns"]) == {*Orientation.__args__} - {"upright"}


def test_a_translation_keeps_all_that_is_put_in() -> None:
    for english, sentence in (pair for part in sentences().values() for pair in part.items()):
        wanted, given_ = (
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, sentence)
        )
        assert wanted == given_, english
        assert english.strip() == english
        assert sentence.endswith(".") == english.endswith(".")


def test_words_that_are_grouped_by_cause_are_told_too() -> None:
    """The table of causes leaves numbers and quoted parts out."""
    for english in (text for part, pairs in sentences().items() if part not in APART for text in pairs):
        cause = cause_of(re.sub(r"\{\w+\}", "7", english))
        assert is_told(cause), cause
    assert danish(cause_of("too many pixels: 9 × 9 is more than the limit of 1,000")).startswith(
        "for mange pixel: … × …"
    )


def test_english_stays_as_it_is_recorded() -> None:
    assert reasons_of("No list has it.") == ("No list has it.", "Ingen liste har den.")
    assert reasons_of("broken data stream") == ("broken data stream", "»broken data stream«")
    assert reasons_of("") == ("", "")


@given(st.text(min_size=1, max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert danish(f"Could not be read: {text}.").startswith("Kunne ikke læses: ")
