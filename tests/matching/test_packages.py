"""List packages: what goes in comes out and is found, what is recalled is not, and a change is noticed."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import shutil

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.matching import oracle

from vaern.hashing import FRAME
from vaern.matching import HammingIndex, ListPackage, ListPackageError, Matcher, build_package
from vaern.records import DIGEST_KINDS, Entry, Problem, Signal, Vote

LENGTHS = {**DIGEST_KINDS, "pdq": 32, "pdna": 144, "tmk": 40}


@st.composite
def signals(draw):
    kind = draw(st.sampled_from(sorted(LENGTHS)))
    # Few distinct bytes, so that values recur among entries and share their first eight bytes.
    head = draw(st.sampled_from([b"\x00" * 8, b"\xff" * 8, b"\x80" * 8]))
    return Signal(kind, head + draw(st.binary(min_size=LENGTHS[kind] - 8, max_size=LENGTHS[kind] - 8)))


entries = st.builds(
    Entry,
    id=st.sampled_from("abcdef") | st.text(min_size=1, max_size=5),
    signals=st.lists(signals(), max_size=3).map(tuple),
    classification=st.none() | st.sampled_from(["A1", "B2"]),
    scheme=st.none() | st.just("NCMEC"),
    votes=st.builds(Vote, st.text(max_size=3), st.sampled_from(["positive", "negative"])).map(lambda vote: (vote,)),
    source=st.text(max_size=5),
    recalled=st.booleans(),
    extra=st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


def standing(items: list[Entry]) -> list[int]:
    """The numbers of the entries that may match, by the rule as it is documented."""
    return [
        number
        for number, entry in enumerate(items)
        if not entry.recalled and not any(later.recalled and later.id == entry.id for later in items[number + 1 :])
    ]


@pytest.mark.once
@given(items=st.lists(entries, max_size=12))
def test_a_package_holds_all_entries_and_finds_those_that_stand(tmp_path_factory, items):
    folder = tmp_path_factory.mktemp("lists") / "list"
    manifest = build_package(folder, items, name="n")
    package = ListPackage.open(folder, verify=True)
    assert [package.entry(number) for number in range(len(items))] == items
    stands = standing(items)
    assert (manifest.entries, manifest.recalled) == (len(items), len(items) - len(stands))
    asked = [signal for entry in items for signal in entry.signals]
    answers = Matcher([package], min_quality=0, distance=0).match_signals(asked)
    for signal, answer in zip(asked, answers, strict=True):
        wanted = [
            items[number].id
            for number in stands
            for own in items[number].signals
            if own == signal and signal.kind in {*DIGEST_KINDS, "pdq"}
        ]
        assert sorted(match.entry for match in answer.matches) == sorted(wanted)


def test_the_checksum_follows_the_content_and_not_the_name(tmp_path):
    items = [Entry("1", (Signal("md5", bytes(range(16))),))]
    source = tmp_path / "source"
    source.write_text("x")
    moved = source.rename(tmp_path / "moved")
    one = build_package(tmp_path / "one", items, name="a", sources=[moved])
    moved.rename(source)
    two = build_package(tmp_path / "two", items, name="a", sources=[source], release="r")
    assert one.checksum == two.checksum
    assert one.release == one.checksum[:12]
    assert two.release == "r"
    same = {"name": "a", "sources": [source]}
    others = [
        build_package(tmp_path / f"other {n}", [*items, *more], **{**same, **changed})
        for n, (more, changed) in enumerate(
            [
                ([Entry("2", recalled=True)], {}),
                ([], {"name": "b"}),
                ([], {"purpose": "known-good"}),
                ([], {"distance": 3}),
                ([], {"sources": []}),
            ]
        )
    ]
    assert len({manifest.checksum for manifest in (one, *others)}) == 6


def tampered(package, folder, manifest):
    shutil.copytree(package, folder)
    (folder / "list.json").chmod(0o644)
    (folder / "list.json").write_bytes(manifest)
    return folder


def test_no_byte_of_what_a_list_is_can_change_unseen(package, tmp_path):
    whole = (package / "list.json").read_bytes()
    folder = tampered(package, tmp_path / "list", whole)
    ListPackage.open(folder, verify=True)
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 32 if position % 2 else 1
        (folder / "list.json").write_bytes(changed)
        with pytest.raises(ListPackageError):
            ListPackage.open(folder)


def test_no_field_of_what_a_list_is_can_change_unseen(package, tmp_path):
    """Known material cannot become known-good, whoever changes it; not by saying that the package is older, either."""
    whole = (package / "list.json").read_bytes()
    folder = tampered(package, tmp_path / "list", whole)
    other = {str: "known-good", int: 3, list: [], dict: {}}
    for field, value in msgspec.json.decode(whole).items():
        for manifest in (
            {**msgspec.json.decode(whole), field: other[type(value)]},
            {name: held for name, held in msgspec.json.decode(whole).items() if name != field},
            {**msgspec.json.decode(whole), "more": "said"},
        ):
            (folder / "list.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
            with pytest.raises(ListPackageError):
                ListPackage.open(folder)
    older = {**msgspec.json.decode(whole), "format": "vaern-list/1", "purpose": "known-good"}
    (folder / "list.json").write_bytes(msgspec.json.format(msgspec.json.encode(older)))
    opened = ListPackage.open(folder, verify=True).manifest
    assert "under no checksum" in opened.unsealed
    assert opened.checksum != ListPackage.open(package).manifest.checksum


def test_a_package_of_the_first_format_opens_and_has_its_checksum_of_then(package, tmp_path):
    """Scans that were begun with it go on: the checksum in their record is the one over its content alone."""
    manifest = msgspec.json.decode((package / "list.json").read_bytes())
    del manifest["seal"]
    older = {**manifest, "format": "vaern-list/1", "name": "any"}
    folder = tampered(package, tmp_path / "list", msgspec.json.format(msgspec.json.encode(older)))
    held = [f"{name} {value}" for name, value in {**manifest["files"], **manifest["index_files"]}.items()]
    held += [f"{array['file']} {array['sha256']}" for arrays in manifest["arrays"].values() for array in arrays]
    opened = ListPackage.open(folder, verify=True).manifest
    assert opened.checksum == hashlib.sha256("\n".join(sorted(held)).encode()).hexdigest()
    assert ListPackage.open(package).manifest.unsealed == ""


def video(seed: int) -> Signal:
    frames = np.zeros(5, FRAME)
    frames["pdq"], frames["quality"] = oracle.random(np.random.default_rng(seed), 5), 100
    return Signal("vpdq", frames.tobytes())


videos = [video(number) for number in range(3)]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    rng = np.random.default_rng(0)
    hashes = oracle.random(rng, 50)
    items = [Entry(str(n), (Signal("pdq", h.tobytes()), Signal("sha1", bytes(h[:20])))) for n, h in enumerate(hashes)]
    items += [Entry(f"video {n}", (video,)) for n, video in enumerate(videos)]
    folder = tmp_path_factory.mktemp("package") / "list"
    problem = Problem("x.csv", 3, "too short", quarantined=True)
    build_package(folder, [*items, problem], name="n", sources=[__file__])
    return folder


@given(data=st.data())
def test_verify_finds_a_change_in_any_file(package, tmp_path_factory, data):
    paths = sorted(str(path.relative_to(package)) for path in package.rglob("*") if path.is_file())
    name = data.draw(st.sampled_from([path for path in paths if (package / path).stat().st_size]))
    folder = tmp_path_factory.mktemp("changed") / "list"
    shutil.copytree(package, folder)
    content = bytearray((folder / name).read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    (folder / name).chmod(0o644)
    (folder / name).write_bytes(content)
    with pytest.raises(ListPackageError):
        ListPackage.open(folder, verify=True)


@given(data=st.data())
def test_a_tampered_manifest_is_refused_or_read(package, tmp_path_factory, data):
    """Any value of it replaced by any other, lists made longer, shorter or turned round."""
    manifest = msgspec.json.decode((package / "list.json").read_bytes())
    kind = data.draw(st.sampled_from(sorted(manifest["arrays"])))
    inner = [manifest, manifest["arrays"], manifest["arrays"][kind][0], manifest["sources"][0]]
    place = data.draw(st.sampled_from(inner))
    key = data.draw(st.sampled_from(sorted(place)))
    odd = [None, -1, 0, 257, 2**70, 1.5, "", "../list.json", [], [-1], [2**62, 4], {}, {"a": "b"}]
    if isinstance(place[key], list):
        odd += [place[key][:-1], place[key] * 2, place[key][::-1]]
    place[key] = data.draw(st.sampled_from(odd))
    if data.draw(st.booleans()):  # else whoever changed it has made the seal fit again
        manifest["format"] = "vaern-list/1"
    manifest["seal"] = hashlib.sha256(msgspec.json.format(msgspec.json.encode({**manifest, "seal": ""}))).hexdigest()
    written = msgspec.json.format(msgspec.json.encode(manifest))
    folder = tampered(package, tmp_path_factory.mktemp("odd") / "list", written)
    first = msgspec.json.decode((package / "entries.jsonl").read_bytes().splitlines()[0], type=Entry)
    try:
        opened = ListPackage.open(folder)
        Matcher([opened]).match_signals([*first.signals, *videos])
    except ListPackageError:
        return
    assert 0 <= opened.distance <= 256
    assert all(source["size"] >= 0 or source["size"] == -1 for source in opened.manifest.sources)


@given(data=st.data())
def test_a_tampered_package_gives_a_typed_error_or_an_answer(package, tmp_path_factory, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    folder = tmp_path_factory.mktemp("tampered") / "list"
    shutil.copytree(package, folder)
    for path in folder.rglob("*.bin"):
        if data.draw(st.booleans()):
            path.chmod(0o644)
            path.write_bytes(rng.integers(0, 256, path.stat().st_size, np.uint8).tobytes())
    asked = [Signal("pdq", b"\x0f" * 32), Signal("sha1", bytes(20)), *videos]
    with contextlib.suppress(ListPackageError):
        Matcher([ListPackage.open(folder)], distance=128).match_signals(asked)


@pytest.mark.parametrize("missing", ["list.json", "entries-at.bin", "pdq/index.json", "frames-entry.bin"])
def test_a_part_that_is_missing_is_named(package, tmp_path, missing):
    folder = tmp_path / "list"
    shutil.copytree(package, folder)
    (folder / missing).unlink()
    with pytest.raises(ListPackageError, match=missing):
        ListPackage.open(folder)


def test_problems_are_counted_kept_and_refused_when_strict(package, tmp_path):
    manifest = ListPackage.open(package).manifest
    assert (manifest.problems, manifest.quarantined) == (1, 1)
    kept = msgspec.json.decode((package / "problems.jsonl").read_bytes(), type=Problem)
    assert kept == Problem("x.csv", 3, "too short", quarantined=True)
    with pytest.raises(ListPackageError, match=r"x.csv:3: too short"):
        build_package(tmp_path / "strict", [kept], name="n", strict=True)
    assert not list(tmp_path.iterdir()), "a refused list leaves nothing behind"


def test_a_package_is_never_changed(package):
    assert all(not path.stat().st_mode & 0o222 for path in package.rglob("*") if path.is_file())
    with pytest.raises(ListPackageError, match="exists"):
        build_package(package, [], name="n")


@pytest.mark.parametrize("there", ["folder", "file", "link to nothing"])
def test_a_build_touches_nothing_that_is_there(tmp_path, there):
    folder, other = tmp_path / "list", tmp_path / "other"
    if there == "folder":
        folder.mkdir()
    elif there == "file":
        folder.write_text("mine")
    else:
        folder.symlink_to("nowhere")
    for suffix in ("new", "old"):
        (tmp_path / f"other.{suffix}").mkdir()
        (tmp_path / f"other.{suffix}" / "mine").write_text("mine")
    with pytest.raises(ListPackageError, match="exists"):
        build_package(folder, [], name="n")
    build_package(other, [], name="n")
    HammingIndex().save(tmp_path / "index")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "list", "other", "other.new", "other.old"]
    assert [(tmp_path / f"other.{suffix}" / "mine").read_text() for suffix in ("new", "old")] == ["mine", "mine"]


def test_of_two_builds_into_one_folder_the_first_stands(tmp_path):
    first, later = Entry("1", (Signal("md5", bytes(16)),)), Entry("2", (Signal("md5", bytes(16)),))

    def items():
        yield later
        build_package(tmp_path / "list", [first], name="n")

    with pytest.raises(ListPackageError, match="exists"):
        build_package(tmp_path / "list", items(), name="n")
    assert ListPackage.open(tmp_path / "list", verify=True).entry(0) == first
    assert [path.name for path in tmp_path.iterdir()] == ["list"]


def test_a_failing_reader_leaves_nothing_behind(tmp_path):
    def items():
        yield Entry("1", (Signal("md5", bytes(16)),))
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        build_package(tmp_path / "list", items(), name="n")
    assert not list(tmp_path.iterdir())


@pytest.mark.once
def test_videos_stand_frame_by_frame(tmp_path):
    rng = np.random.default_rng(1)
    frames = np.zeros(7, FRAME)
    frames["pdq"], frames["quality"], frames["seconds"] = (
        oracle.random(rng, 7),
        [0, 40, 50, 60, 100, 100, 100],
        range(7),
    )
    items = [Entry("a", (Signal("vpdq", frames[:4].tobytes()),)), Entry("b", (Signal("vpdq", frames[4:].tobytes()),))]
    build_package(tmp_path / "list", items, name="n")
    listed = ListPackage.open(tmp_path / "list").frames
    assert listed.entry.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert listed.quality.tolist() == [0, 40, 50, 60, 100, 100, 100]
    assert oracle.as_list(listed.index.search(frames["pdq"], 0)) == [(n, 0, n) for n in range(7)]
    assert dataclasses.is_dataclass(listed)
    assert isinstance(listed.index, HammingIndex)
