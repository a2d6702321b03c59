"""PDF documents that were saved on top of themselves: what was replaced or taken out is still there, and is found."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning.contained import members
from tests.scanning.pdf_writer import Ref, Writer, image, jpeg, revised
from tests.scanning.trees import encoded, picture

from vaern.scanning.pdfs import revisions

PHOTOS = [encoded(picture(number).resize((16, 16)), "JPEG") for number in range(6)]


@pytest.mark.once
@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_each_picture_is_given_once_by_the_last_revision_that_has_it(shown):
    out = Writer()
    photo = out.add(jpeg(PHOTOS[shown[0]]))
    out.paint(photo)
    data, size = out.done(), len(out.things) + 1
    for number in shown[1:]:
        data = revised(data, {photo.number: jpeg(PHOTOS[number])}, size)
    expected, known = [("page 1/picture 1.jpg", PHOTOS[shown[-1]])], {shown[-1]}
    for revision in range(len(shown) - 1, 0, -1):
        number = shown[revision - 1]
        if number not in known:
            known.add(number)
            expected.append((f"revision {revision}/object {photo.number}.jpg", PHOTOS[number]))
    assert members(data) == expected


def test_a_file_that_was_taken_out_is_given_and_a_mask_is_not():
    out = Writer()
    mask = out.add(image(bytes(64)))
    photo = jpeg(PHOTOS[0])
    masked = out.add(photo._replace(dictionary={**photo.dictionary, "SMask": mask}))
    out.paint(masked)
    file = Ref(out.attach("a.txt", b"text").number - 1)
    data = revised(
        out.done(), {masked.number: jpeg(PHOTOS[1]), mask.number: None, file.number: None}, len(out.things) + 1
    )
    assert members(data) == [
        ("page 1/picture 1.jpg", PHOTOS[1]),
        (f"revision 1/object {masked.number}.jpg", PHOTOS[0]),
        (f"revision 1/object {file.number}", b"text"),
    ]


@pytest.mark.parametrize("linearized", [False, True])
def test_a_mark_of_an_end_that_is_none_makes_no_revision(linearized):
    inner, out = Writer(), Writer()
    inner.paint(inner.add(jpeg(PHOTOS[0])))
    out.paint(out.add(jpeg(PHOTOS[1])))
    out.catalogue["Names"] = {"EmbeddedFiles": {"Names": [b"a", out.attach("a.pdf", inner.done())]}}
    data = out.done()
    if linearized:
        saved = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pdf.save(saved, linearize=True, compress_streams=False)
        data = saved.getvalue()
    assert data.count(b"%%EOF") == 2 + linearized
    assert members(data) == [("page 1/picture 1.jpg", PHOTOS[1]), ("a.pdf", inner.done())]


@pytest.mark.parametrize("chunk", [8, 9, 64, 1 << 20])
@given(
    st.lists(
        st.sampled_from([b"%%EOF\n", b"%%EOF\r\n", b"%%EOF\r", b"%%EOF", b"x", b"%", b"\n" * 9, b"%%EO"]), max_size=30
    )
)
def test_ends_are_found_alike_whatever_is_read_at_once(chunk, pieces):
    data = b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revisions, "_CHUNK", chunk)
        found = revisions._ends(io.BytesIO(data))
    assert found == [mark.end() for mark in revisions._END.finditer(data)]


def test_of_many_revisions_the_latest_are_looked_at(monkeypatch):
    out = Writer()
    photo = out.add(jpeg(PHOTOS[0]))
    out.paint(photo)
    data = out.done()
    for number in (1, 2, 3):
        data = revised(data, {photo.number: jpeg(PHOTOS[number])}, len(out.things) + 1)
    monkeypatch.setattr(revisions, "MOST", 2)
    names = ["page 1/picture 1.jpg", *(f"revision {number}/object {photo.number}.jpg" for number in (3, 2))]
    assert members(data) == list(zip(names, (PHOTOS[number] for number in (3, 2, 1)), strict=True))
