"""Pictures and files in PDF documents; here without the worker."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning import fuzz_seeds
from tests.scanning.contained import NAMES, damaged, inside, members
from tests.scanning.pdf_writer import Ref, Stream, Writer, image, jpeg
from tests.scanning.test_archives import make_zip
from tests.scanning.trees import encoded, picture

from vaern.scanning.pdfs import documents

PHOTOS = [encoded(picture(number).resize((16, 16)), "JPEG") for number in range(4)]
DATA = st.sampled_from(PHOTOS)
DAMAGE = "the PDF document is damaged or truncated; what is left of it was read"


def paper(pages, files=(), *, packed=False):
    """A document with these pictures on its pages and these files, and what should be found in it."""
    out, expected = Writer(), []
    for number, photos in enumerate(pages, 1):
        out.paint(*(out.add(jpeg(photo)) for photo in photos))
        expected += [(f"page {number}/picture {place}.jpg", photo) for place, photo in enumerate(photos, 1)]
    if files:
        pairs = [thing for name, data in files for thing in (name.encode(), out.attach(name, data))]
        out.catalogue["Names"] = {"EmbeddedFiles": {"Names": pairs}}
        expected += files
    return out.done(packed), expected


@pytest.mark.once
@given(
    st.lists(st.lists(DATA, max_size=3), min_size=1, max_size=4),
    st.lists(st.tuples(NAMES, st.binary(max_size=50)), max_size=3),
    st.booleans(),
)
def test_pictures_are_read_page_by_page_and_then_what_is_attached(pages, files, packed):
    data, expected = paper(pages, files, packed=packed)
    assert members(data) == expected
    assert inside(data)[0] == "application/pdf"


def test_pictures_have_the_order_in_which_they_are_painted():
    out = Writer()
    one, two, idle = (out.add(jpeg(photo)) for photo in PHOTOS[:3])
    names = {"A": one, "B": two, "C": idle, "D e": out.add(jpeg(PHOTOS[3]))}
    out.page(
        b"/D#20e Do\n/B Do /A Do /B Do (/C) Tj /None Do",
        Resources={"XObject": {k.replace(" ", "#20"): v for k, v in names.items()}},
    )
    assert members(out.done()) == [
        ("page 1/picture 1.jpg", PHOTOS[3]),
        ("page 1/picture 2.jpg", PHOTOS[1]),
        ("page 1/picture 3.jpg", PHOTOS[0]),
        (f"object {idle.number}.jpg", PHOTOS[2]),
    ]


def test_a_picture_on_many_pages_is_given_once_and_resources_come_from_above():
    out = Writer()
    shared = {"XObject": {"I0": out.add(jpeg(PHOTOS[0])), "I1": out.add(jpeg(PHOTOS[1]))}}
    out.page(b"/I0 Do")
    out.page(b"/I0 Do /I1 Do")
    for page in out.pages:
        assert "Resources" not in out.things[page.number - 1]
    inner = out.add({"Type": "/Pages", "Count": 2, "Kids": out.pages, "Resources": shared})
    out.pages = [inner]
    assert members(out.done()) == [("page 1/picture 1.jpg", PHOTOS[0]), ("page 2/picture 1.jpg", PHOTOS[1])]


@pytest.mark.parametrize("depth", [1, 5, 19, 40])
def test_forms_in_forms_are_looked_into(depth):
    out = Writer()
    thing = out.add(jpeg(PHOTOS[0]))
    photo = thing
    for _ in range(depth):
        thing = out.add(Stream({"Subtype": "/Form", "Resources": {"XObject": {"X": thing}}}, b"/X Do"))
    out.paint(thing)
    name = "page 1/picture 1.jpg" if depth < 40 else f"object {photo.number}.jpg"
    assert members(out.done()) == [(name, PHOTOS[0])]


def test_a_form_that_paints_itself_ends():
    out = Writer()
    form = Ref(len(out.things) + 1)
    paints = {"X": form, "Y": Ref(form.number + 1)}
    assert out.add(Stream({"Subtype": "/Form", "Resources": {"XObject": paints}}, b"/X Do /Y Do")) == form
    out.add(jpeg(PHOTOS[0]))
    out.paint(form)
    assert members(out.done()) == [("page 1/picture 1.jpg", PHOTOS[0])]


def test_pages_that_hold_themselves_end():
    out = Writer()
    out.paint(out.add(jpeg(PHOTOS[0])))
    out.pages.append(Ref(2))
    _, found, _ = inside(out.done())
    assert [data for _, _, data in found] == [PHOTOS[0]]


def test_masks_are_no_pictures_and_what_is_painted_elsewhere_is_found_by_its_object():
    out = Writer()
    mask, stencil = (out.add(image(bytes(64))) for _ in range(2))
    base = jpeg(PHOTOS[0])
    one = out.add(base._replace(dictionary={**base.dictionary, "SMask": mask, "Mask": stencil}))
    other = out.add(jpeg(PHOTOS[1]))
    out.paint(one)
    assert members(out.done()) == [("page 1/picture 1.jpg", PHOTOS[0]), (f"object {other.number}.jpg", PHOTOS[1])]


def test_how_an_annotation_looks_what_it_holds_and_the_thumbnail_of_a_page():
    out = Writer()
    form = out.add(Stream({"Subtype": "/Form", "Resources": {"XObject": {"X": out.add(jpeg(PHOTOS[0]))}}}, b"/X Do"))
    other = out.add(Stream({"Subtype": "/Form", "Resources": {"XObject": {"X": out.add(jpeg(PHOTOS[1]))}}}, b"/X Do"))
    stamp = {"Subtype": "/Stamp", "AP": {"N": form, "D": {"On": other}}}
    clip = {
        "Subtype": "/FileAttachment",
        "FS": out.attach("straße.txt", b"x", Params={"ModDate": b"D:20260102030405+01'30"}),
    }
    thumbnail = out.add(jpeg(PHOTOS[2]))
    out.page(Annots=[stamp, clip, None, 7], Thumb=thumbnail)
    assert members(out.done()) == [
        ("page 1/thumbnail.jpg", PHOTOS[2]),
        ("page 1/picture 1.jpg", PHOTOS[0]),
        ("page 1/picture 2.jpg", PHOTOS[1]),
        ("straße.txt", b"x"),
    ]


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("D:20260102030405+01'30", "2026-01-02T03:04:05+01:30"),
        ("D:20260102030405-05'00'", "2026-01-02T03:04:05-05:00"),
        ("D:20260102030405Z", "2026-01-02T03:04:05+00:00"),
        ("D:20260102030405", "2026-01-02T03:04:05"),
        ("yesterday", None),
        ("None", None),
    ],
)
def test_dates_are_told_as_iso_8601(date, told):
    assert documents._time(date) == told


def test_files_without_a_name_and_pictures_in_streams_of_no_kind_are_found():
    out = Writer()
    out.page()
    held = out.add({"EF": {"F": out.add(Stream({}, b"text"))}})
    lone = out.add(Stream({"Type": "/EmbeddedFile"}, b"more"))
    hidden = out.add(Stream({}, PHOTOS[0]))
    out.add(Stream({"Type": "/Metadata"}, b"<x:xmpmeta/>"))
    assert members(out.done()) == [
        (f"object {held.number - 1}", b"text"),
        (f"object {lone.number}", b"more"),
        (f"object {hidden.number}", PHOTOS[0]),
    ]


def test_pictures_in_the_text_of_a_page_are_read():
    out = Writer()
    grey = bytes(range(48, 112))
    text = (
        b"q BI /W 8/H 8 /BPC 8 /CS /G ID " + grey.replace(b"@", b" ") + b"\nEI Q\n"
        b"BI /W 16 /H 16 /F /DCT ID " + PHOTOS[0] + b"\nEI "
        b"BI /W 8 /H 8 /BPC 8 /CS /Own /F /AHx ID " + grey.hex().encode() + b">\nEI\n/I0 Do"
    )
    spaces = {"Own": "/DeviceGray"}
    out.page(text, Resources={"XObject": {"I0": out.add(jpeg(PHOTOS[1]))}, "ColorSpace": spaces})
    found = members(out.done())
    assert [name for name, _ in found] == [
        f"page 1/picture {n}{e}" for n, e in enumerate((".tif", ".jpg", ".tif", ".jpg"), 1)
    ]
    assert found[0][1].endswith(grey.replace(b"@", b" "))
    assert [data for _, data in found[1::2]] == PHOTOS[:2]
    assert found[2][1].endswith(grey)


def secured(data, revision, password=""):
    """The same document, encrypted (7.6)."""
    out = io.BytesIO()
    rights = pikepdf.Encryption(owner="owner", user=password, R=revision, aes=revision > 3, metadata=revision > 3)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, encryption=rights)
    return out.getvalue()


@pytest.mark.parametrize("revision", [3, 4, 6])
def test_an_encrypted_document_is_read_if_it_asks_for_no_password(revision):
    data, expected = paper([PHOTOS[:2]], [("a.txt", b"x")])
    assert members(secured(data, revision)) == expected
    assert inside(secured(data, revision, "secret")) == ("application/pdf", [], "it is encrypted")


@pytest.mark.parametrize("linearized", [False, True])
def test_what_another_program_writes_is_read(linearized):
    data, expected = paper([PHOTOS[:2], PHOTOS[2:]], [("a.txt", b"x")])
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, linearize=linearized, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert members(out.getvalue()) == expected


def test_a_zip_behind_a_document_is_read_too():
    data, expected = paper([PHOTOS[:1]])
    packed = make_zip([("a", b"x")])
    assert members(data + packed) == [*expected, (f"@{len(data)}", packed)]


def test_a_text_that_cannot_be_unpacked_gives_all_that_it_could_paint():
    out = Writer()
    names = {"B": out.add(jpeg(PHOTOS[1])), "A": out.add(jpeg(PHOTOS[0]))}
    contents = out.add(Stream({"Filter": "/FlateDecode"}, b"no deflate"))
    out.page(Resources={"XObject": names}, Contents=contents)
    _, found, damage = inside(out.done())
    assert [(name, data) for _, name, data in found] == [
        ("page 1/picture 1.jpg", PHOTOS[0]),
        ("page 1/picture 2.jpg", PHOTOS[1]),
    ]
    assert damage == DAMAGE


def test_texts_of_more_than_the_bound_are_not_looked_through(monkeypatch):
    out = Writer()
    for photo in PHOTOS[:3]:
        out.paint(out.add(jpeg(photo)), Annots=[])
    monkeypatch.setattr(documents, "CONTENTS", 20)
    assert [name for name, _ in members(out.done())] == [f"page {number}/picture 1.jpg" for number in (1, 2, 3)]


@pytest.mark.parametrize("lost", ["its end", "its catalogue", "its beginning"])
def test_of_a_document_that_is_cut_off_all_objects_are_read(lost):
    out = Writer()
    samples = out.add(image(bytes(range(64))))
    out.paint(out.add(jpeg(PHOTOS[0])), out.add(jpeg(PHOTOS[1])), samples)
    data = out.done()
    data = data[: data.index(b"xref\n0 ")]
    if lost == "its catalogue":
        data = data.replace(b"/Catalog", b"/Katalog")
    if lost == "its beginning":
        data = data[:9] + data[data.index(b"3 0 obj") :]
    _, found, damage = inside(data)
    names = {"its end": "page 1/picture 2.jpg"}
    assert names.get(lost, "object 5.jpg") in {name for _, name, _ in found}
    assert sorted(photo for _, name, photo in found if name.endswith(".jpg")) == sorted(PHOTOS[:2])
    assert [tiff[-64:] for _, name, tiff in found if name.endswith(".tif")] == [bytes(range(64))]
    assert damage == DAMAGE


def test_of_what_is_no_document_any_more_whole_pictures_are_read():
    data = b"%PDF-1.7\n" + PHOTOS[0] + b"between" + PHOTOS[1] + PHOTOS[2][:-9]
    _, found, damage = inside(data)
    assert found[:2] == [(0, "picture 1", PHOTOS[0]), (1, "picture 2", PHOTOS[1])]
    assert damage == DAMAGE


@given(data=st.data(), pages=st.lists(st.lists(DATA, max_size=2), min_size=1, max_size=2), packed=st.booleans())
def test_a_damaged_document_gives_what_it_can(data, pages, packed):
    inside(data.draw(damaged(paper(pages, [("a", b"x")], packed=packed)[0])))


@given(data=st.data())
def test_a_document_can_be_gone_on_with_wherever_it_is_damaged(data):
    broken = data.draw(damaged(paper([PHOTOS[:2], PHOTOS[2:]], [("a", b"x")])[0]))
    mime, found, damage = inside(broken)
    for start in range(len(found) + 1):
        assert inside(broken, start) == (mime, found[start:], damage)


@given(st.binary(max_size=300))
def test_what_only_begins_like_one_is_damaged(rest):
    assert inside(b"%PDF-1.7\n" + rest)[2]


@pytest.mark.once
def test_a_locked_worker_reads_them_too(scanned, tmp_path):
    """Whatever needs something that is loaded or opened late."""
    photo, other = encoded(picture(1), "JPEG"), encoded(picture(2), "JPEG")
    data = paper([[photo]], [("straße.jpg", other)], packed=True)[0]
    names = ["page 1/picture 1.jpg", "straße.jpg"]
    files = {"plain": data, **{f"secured-{revision}": secured(data, revision) for revision in (3, 4, 6)}}
    for name, one in files.items():
        (tmp_path / name).write_bytes(one)
    (tmp_path / "cut").write_bytes(paper([[photo]])[0][:-40])
    (tmp_path / "locked").write_bytes(secured(data, 6, "secret"))
    for number, seed in enumerate(fuzz_seeds.papers()):
        (tmp_path / f"seed-{number}").write_bytes(seed)
    found, _ = scanned(tmp_path)
    found = {name.removeprefix(f"{tmp_path}/"): one for name, one in found.items()}
    for name in files:
        assert [found[f"{name}!/{inner}"].verdict for inner in names] == ["new", "new"]
    assert found["cut!/page 1/picture 1.jpg"].verdict == "new"
    assert found["cut"].media.unreadable == DAMAGE
    assert found["locked"].media.unreadable == "it is encrypted"
    for number, seed in enumerate(fuzz_seeds.papers()):
        for _, inner, content in inside(seed)[1]:
            media = found[f"seed-{number}!/{inner}"].media
            assert (media.unreadable or media.size) == (content if isinstance(content, str) else len(content))
