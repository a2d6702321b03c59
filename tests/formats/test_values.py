"""What is no hash of a file: one form for all spellings, out of text and tables and back; no keyword stays as text."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.formats.entries import free
from tests.formats.reading import read
from tests.formats.test_csv_lists_write import sort
from tests.formats.values import digest

from vaern.formats import FormatError, csv_lists_write
from vaern.formats.csv_columns import plain
from vaern.formats.left import Left
from vaern.formats.signals import render
from vaern.formats.values import ValueRefused, normal
from vaern.records import VALUE_KINDS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

BITCOIN = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
"""An address that stands in documentation; its checksum holds."""

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda one: one[2:4] != "--")
domains = st.lists(labels, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "example"]))
addresses = st.builds(
    lambda host, path, query: f"https://{host}/{path}{'?' + query if query else ''}",
    domains,
    st.text("abcXYZ019/-._~!$&'()*+,;=:@%[] \u00e6\u6f22", max_size=12),
    st.text("ab=&;, +'%", max_size=8),
)
wallets = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="?"), min_size=1)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30)
keywords = words.filter(lambda text: text.strip() and normal("keyword", text) != hashlib.sha256(b"").digest())
SPELLED = {"address": addresses, "domain": domains, "wallet": wallets, "keyword": keywords}
spelled = st.sampled_from(VALUE_KINDS).flatmap(lambda kind: st.tuples(st.just(kind), SPELLED[kind]))


def normal_or_none(kind: str, text: str) -> bytes | None:
    try:
        return normal(kind, text)
    except ValueRefused:
        return None


def text_of(kind: str, value: bytes) -> str:
    return render(Signal(kind, value))


@given(st.sampled_from(VALUE_KINDS), st.one_of(free, addresses, domains, wallets, st.text(max_size=30)))
def test_what_is_in_its_normal_form_stays_as_it_is(kind: str, text: str) -> None:
    value = normal_or_none(kind, text)
    assert value is None or normal_or_none(kind, text_of(kind, value)) == value


@given(domains, st.sampled_from([80, 443]))
def test_spellings_of_one_place_meet(domain: str, port: int) -> None:
    assert normal("domain", f" {domain.upper()}. ") == normal("domain", domain) == domain.encode()
    scheme = "http" if port == 80 else "HTTPS"
    assert normal("address", f"{scheme}://u:p@{domain.upper()}.:{port}/%7Ea#x") == normal("address", f"{domain}/~a")


@given(words)
def test_a_keyword_is_one_in_any_case_and_with_any_spaces(text: str) -> None:
    if text.strip():
        wide = f"  {unicodedata.normalize('NFKC', text)}\t".replace(" ", "   ")
        assert normal_or_none("keyword", wide) == normal_or_none("keyword", text)


@pytest.mark.parametrize("text", ["bitcoin:bitcoin:abc", "BITCOIN: abc", "abc?amount=1"])
def test_a_wallet_is_the_address_alone(text: str) -> None:
    assert normal("wallet", text) == b"abc"


@pytest.mark.parametrize("text", ["", "a b", "a\tb", "a\0b", f"{BITCOIN[:-1]}U", "\x7f"])
def test_what_is_no_wallet_is_refused(text: str) -> None:
    assert normal("wallet", BITCOIN) == BITCOIN.encode()
    with pytest.raises(ValueRefused):
        normal("wallet", text)


@given(st.sampled_from(VALUE_KINDS), st.data())
def test_lines_of_text_are_values_of_the_kind_that_was_told(kind: str, data: st.DataObject) -> None:
    """Whatever a line looks like: a keyword may be a hash, a format's first sign, or begin as comments do."""
    odd = ["#tag", "[", "{x", "deadbeef" * 4, "md5:x", "a,b", "hash", "BEGIN;"] if kind == "keyword" else []
    lines = data.draw(st.lists(st.one_of(SPELLED[kind], *map(st.just, odd)).map(str.strip).filter(bool), min_size=1))
    lines = [line for line in lines if not line.startswith("# ") and line != "#" and normal_or_none(kind, line)]
    if not lines:
        return
    expected = [normal(kind, line) for line in lines]
    told, problems = read("# a comment\n" + "\n".join(lines), columns={"hash": kind})
    assert (problems, [one.signals for one in told]) == ([], [(Signal(kind, value),) for value in expected])
    said, _ = read(f"# kind: {kind}\n" + "\n".join(lines))
    assert [one.signals for one in said] == [one.signals for one in told]


def test_a_line_may_say_its_kind_and_a_fault_says_its_place() -> None:
    lines = ["domain: B\u00dcCHER.example", "address = http://a.example", f"wallet:{BITCOIN}", "domain: a b", digest(1)]
    entries, problems = read("\n".join(lines), "text")
    values = [(one.signals[0].kind, one.signals[0].value) for one in entries]
    assert values[:2] == [("domain", b"xn--bcher-kva.example"), ("address", b"https://a.example/")]
    assert [kind for kind, _ in values[2:]] == ["wallet", "md5"]
    assert {one.line for one in problems} == {4}
    assert problems[0].quarantined


@given(st.lists(st.lists(spelled, min_size=1, max_size=4), min_size=1, max_size=4), free)
def test_a_table_that_was_written_is_read_back(rows: list[list[tuple[str, str]]], text: str) -> None:
    before = [entry_of(str(number), row, text) for number, row in enumerate(rows, start=100)]
    left = Left()
    after, problems = read(b"".join(csv_lists_write.write(before, left)), name="list.csv")
    assert (problems, [sort(one) for one in after]) == ([], [sort(one) for one in before])
    assert (left.written, dict(left.fields)) == (len(before), {})


def entry_of(ident: str, row: Sequence[tuple[str, str]], text: str) -> Entry:
    signals = {Signal(kind, normal(kind, written)): None for kind, written in row}
    return Entry(ident, tuple(signals), text, text, extra={"note": text})


@given(st.sampled_from(VALUE_KINDS), st.data())
def test_a_column_is_read_by_name_by_mapping_by_number_and_by_kind(kind: str, data: st.DataObject) -> None:
    values = {normal(kind, one) for one in data.draw(st.lists(SPELLED[kind], min_size=1, max_size=4))}
    # a first row that holds a number that is named reads as a header
    assume(not {plain(text_of(kind, value)) for value in values} & {"1", "2"})
    rows = "".join(f'"{quoted(text_of(kind, value))}";7\n' for value in sorted(values))
    expected = [(Signal(kind, value),) for value in sorted(values)]
    for head, columns in (
        (f"{kind.upper()};grade\n", None),
        ("What;grade\n", {"What": kind}),
        ("sep=;\n", {"1": kind, "2": "classification"}),
        (f"{kind};grade\n", {"hash": kind}),
        ("value;grade;kind\n", {"value": kind}),
    ):
        entries, problems = read(head + rows, "csv", name="list.csv", columns=columns)
        assert (problems, [one.signals for one in entries]) == ([], expected)
        assert {one.classification for one in entries} == {"7"}


def quoted(text: str) -> str:
    """A cell as a table has it: its quotes are double, and an apostrophe at its start is guarded."""
    return ("'" if text.startswith(("'", '="')) else "") + text.replace('"', '""')


def test_where_a_file_was_found_is_no_value_beside_hashes() -> None:
    """A column `url` names the place of a file in many tables; of two such columns none is certain."""
    (entry,), _ = read(f"md5,url\n{digest(1)},https://a.example/x\n", name="list.csv")
    assert ([one.kind for one in entry.signals], entry.extra) == (["md5"], {"url": "https://a.example/x"})
    with pytest.raises(FormatError, match="no column is known"):
        read("url,domain\nhttps://a.example/x,a.example\n", name="list.csv")
    (entry,), _ = read("url,domain\nhttps://a.example/x,a.example\n", name="list.csv", columns={"hash": "domain"})
    assert (entry.signals, entry.extra) == ((Signal("domain", b"a.example"),), {"url": "https://a.example/x"})


def test_no_keyword_stays_as_text_and_what_may_repeat_it_is_left_out() -> None:
    table = "keyword,translation,class\nexample phrase,eksempel,1\n,only this,2\n"
    entries, problems = read(table, name="list.csv")
    assert [one.signals[0].value for one in entries] == [normal("keyword", "Example  PHRASE")]
    kept = [*(repr(one) for one in entries), *(one.reason for one in problems)]
    assert not any(word in text for text in kept for word in ("phrase", "eksempel"))
    assert "'translation'" in problems[-1].reason


@pytest.mark.parametrize("value", ["0" * 64, hashlib.sha256(b"").hexdigest()])
def test_a_digest_that_stands_for_nothing_is_no_keyword(value: str) -> None:
    _entries, problems = read(value, columns={"hash": "keyword"})
    assert [one.quarantined for one in problems] == [True, False]
