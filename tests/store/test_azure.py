"""Who asks Azure, and what of its interface S3 does not have: accounts, proofs, folders that are listed as blobs."""

from __future__ import annotations

import base64
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.client.serving import Asked, Said, serving
from tests.store.bucket import ACCOUNT, SECRET, TOKEN, Container, refusal, shared_key
from tests.store.draining import Came, drained, listed

from vaern.scanning import Refusal
from vaern.store import azure
from vaern.store.account import Request, SharedKey, account_of
from vaern.store.address import address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.once

SIGNED = f"sr=c&sig={quote(SECRET, safe='')}"
STRING = "AZURE_STORAGE_CONNECTION_STRING"
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Container, str]]:
    """A container and its address."""
    container = Container()
    with serving(container) as server:
        yield container, server.base


@pytest.fixture
def named(bucket: Container, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Name the account by other variables than its key."""
    bucket.objects = {b"a b": b"1"}

    def set_to(**variables: str) -> None:
        monkeypatch.delenv("AZURE_STORAGE_KEY")
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_to


@given(path=TEXTS.map(lambda text: f"/uploads/{quote(text)}"), query=st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_a_request_is_signed_as_it_is_documented(path: str, query: dict[str, str]) -> None:
    query = {name.lower(): value for name, value in query.items()}
    headers = {"x-ms-version": "2021-12-02", "x-ms-date": "now", "If-Match": '"tag"', "Range": "bytes=7-"}
    signed = SharedKey(ACCOUNT, SECRET).added(Request("GET", path, query, headers))
    asked = Asked("GET", path, query, {name.lower(): value for name, value in signed.headers.items()}, b"")
    assert signed.headers["Authorization"] == f"SharedKey {ACCOUNT}:{shared_key(asked)}"


@pytest.mark.parametrize(
    "variables",
    [
        {"AZURE_STORAGE_SAS_TOKEN": f"?sv=2021-12-02&{SIGNED}"},
        {"AZURE_STORAGE_ACCOUNT_KEY": SECRET},
        {"AZURE_STORAGE_ACCOUNT": "", "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT, "AZURE_STORAGE_ACCOUNT_KEY": SECRET},
        {STRING: f"AccountName={ACCOUNT};AccountKey={SECRET};BlobEndpoint=BASE/;"},
        {STRING: f"BlobEndpoint=BASE;SharedAccessSignature={SIGNED}"},
    ],
)
def test_an_account_is_named_as_to_azures_own_programs(
    named: Callable[..., None], served: tuple[Container, str], variables: dict[str, str]
) -> None:
    named(**{name: value.replace("BASE", served[1]) for name, value in variables.items()})
    assert [one.content for one in drained("az://uploads")] == [b"1"]


def test_an_endpoint_is_made_of_the_name() -> None:
    names = {"AZURE_STORAGE_ACCOUNT": ACCOUNT, "AZURE_STORAGE_KEY": SECRET}
    assert account_of(names).endpoint == f"https://{ACCOUNT}.blob.core.windows.net"
    text = f"DefaultEndpointsProtocol=https;AccountName={ACCOUNT};AccountKey={SECRET};EndpointSuffix=core.example"
    both = {**names, STRING: text}
    assert account_of(both).endpoint == f"https://{ACCOUNT}.blob.core.example"


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "nothing says which account of Azure is meant"),
        ({"AZURE_STORAGE_ACCOUNT": "hidden/../x"}, "AZURE_STORAGE_ACCOUNT is no name of an account"),
        ({"AZURE_STORAGE_ACCOUNT": ACCOUNT, "AZURE_STORAGE_KEY": "hidden!"}, "the key of the account is not whole"),
        ({"AZURE_STORAGE_ACCOUNT": ACCOUNT, "AZURE_STORAGE_SAS_TOKEN": "hidden"}, "the shared access signature is not"),
        ({STRING: "hidden"}, "AZURE_STORAGE_CONNECTION_STRING is not whole"),
        (
            {STRING: "AccountKey=hidden;BlobEndpoint=http://x"},
            "AZURE_STORAGE_CONNECTION_STRING is not whole: it has Acc",
        ),
        (
            {STRING: "BlobEndpoint=http://store.example;SharedAccessSignature=sig=hidden"},
            "the endpoint of the store is http://, where anybody on the way could read the credentials",
        ),
        (
            {STRING: "BlobEndpoint=https://hidden@store.example"},
            "the endpoint of the store names a user",
        ),
        (
            {STRING: "BlobEndpoint=https://s.example/?sig=hidden"},
            "the endpoint of the store is no address",
        ),
        ({STRING: "BlobEndpoint=hidden"}, "the endpoint of the store is no address"),
    ],
)
def test_what_names_no_account_is_refused_and_not_repeated(variables: dict[str, str], says: str) -> None:
    with pytest.raises(Refusal, match=f"^{says}") as refused:
        account_of(variables)
    assert "hidden" not in str(refused.value)


def test_what_the_store_does_not_know_ends_the_scan(named: Callable[..., None]) -> None:
    named(AZURE_STORAGE_KEY=base64.b64encode(b"another").decode())
    with pytest.raises(Refusal, match=r"^the store does not take the request \(AuthenticationFailed\)"):
        drained("az://uploads")


def token(asked: Asked) -> Said:
    """An answer of what gives identities their tokens, to one that asks as it is documented."""
    form = {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()} or asked.query
    known = {
        "/metadata/identity/oauth2/token": asked.headers.get("metadata") == "true",
        "/msi/token": asked.headers.get("x-identity-header") == "app",
        "/tenant/oauth2/v2.0/token": form.get("client_assertion") == "of Kubernetes",
    }
    storage = "https://storage.azure.com/" in form.get("resource", form.get("scope", ""))
    if not (known.get(asked.path) and storage):
        return Said(b'{"error": "invalid"}', 400)
    ends = '"expires_in": 3599' if asked.body else '"expires_on": "4070908800"'
    return Said(f'{{"access_token": "{TOKEN}", {ends}}}'.encode())


@pytest.mark.parametrize(
    "variables",
    [
        {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "BASE"},
        {"IDENTITY_ENDPOINT": "BASE/msi/token", "IDENTITY_HEADER": "app"},
        {"AZURE_FEDERATED_TOKEN_FILE": "FILE", "AZURE_TENANT_ID": "tenant", "AZURE_AUTHORITY_HOST": "BASE/"},
    ],
)
def test_a_machine_that_has_an_identity_needs_no_key(
    named: Callable[..., None], variables: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("of Kubernetes\n")
    with serving(token) as server:
        places = {"BASE": server.base, "FILE": str(tmp_path / "token")}
        for name, place in places.items():
            variables = {variable: value.replace(name, place) for variable, value in variables.items()}
        named(AZURE_CLIENT_ID="client", **variables)
        assert [one.content for one in drained("az://uploads")] == [b"1"]
        assert len(server.asked) == 1, "a token serves until it ends"


def test_without_any_proof_it_is_told_what_to_give(named: Callable[..., None]) -> None:
    named()
    with pytest.raises(Refusal, match=r"^there are no credentials for the store; give them as Azure's own programs"):
        drained("az://uploads")


def test_a_signature_that_ends_during_a_scan_ends_it(bucket: Container) -> None:
    bucket.objects = {b"%02d" % number: b"" for number in range(30)}
    ended: list[bool] = []

    def answer(asked: Asked) -> Said | None:
        if asked.path.endswith("/10"):
            ended.append(True)
        return refusal(403, "AuthenticationFailed") if ended else None

    bucket.before = answer
    came: list[Came] = []
    with pytest.raises(Refusal, match=r"^the store does not take the request \(AuthenticationFailed\); look at the"):
        drained("az://uploads", into=came)
    assert len(came) <= 10


@pytest.mark.parametrize("key", [b"a/./b", b"a/../b", b"..", b"x."])
def test_a_name_that_is_changed_on_the_way_hides_no_other(bucket: Container, key: bytes) -> None:
    """What lies between may take it for a path, and then the signature is of another name: no fault of who asks."""
    bucket.objects = {b"a": b"1", key: b"2", b"z": b"3"}
    odd = f"/{key.decode()}"
    bucket.before = lambda asked: refusal(403, "AuthenticationFailed") if asked.path.endswith(odd) else None
    came = {one.name: one.item.problem for one in drained("az://uploads")}
    assert came == {"a": "", key.decode(): "the store refuses to give it (AuthenticationFailed)", "z": ""}


def test_a_folder_that_is_listed_as_a_blob_is_no_object(bucket: Container) -> None:
    """Of an account with a hierarchical namespace."""
    bucket.objects = {b"in/a": b"1"}
    folder = b"<Blob><Name>in</Name><Properties><ResourceType>directory</ResourceType></Properties></Blob>"
    more = {"x-ms-resource-type": "directory", "Last-Modified": "Mon, 02 Nov 2026 03:04:05 GMT"}

    def answer(asked: Asked) -> Said | None:
        if asked.method == "HEAD":
            return Said(b"", 200, more)
        if not bucket.lists(asked):
            return None
        said = bucket.from_the_start(asked)
        return Said(said.body.replace(b"<Blobs>", b"<Blobs>" + folder))

    bucket.before = answer
    assert [item.name for item in listed("az://uploads/in")] == ["az://uploads/in/a"]


def test_below_a_file_of_such_an_account_nothing_is_asked_for(bucket: Container) -> None:
    """It answers with an error where a prefix goes through a file."""
    bucket.objects = {b"in/a": b"1"}

    def answer(asked: Asked) -> Said | None:
        if asked.query.get("prefix") == "in/a/":
            return refusal(409, "PathConflict")
        said = bucket._get(b"in/a", asked)
        said.headers["x-ms-resource-type"] = "file"
        return said if asked.method == "HEAD" else None

    bucket.before = answer
    assert [one.content for one in drained("az://uploads/in/a")] == [b"1"]


def test_an_entity_in_a_listing_reads_no_file(bucket: Container, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden")
    kind = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'.encode()
    of = b"<Content-Length>1</Content-Length><Last-Modified>Mon, 02 Nov 2026 03:04:05 GMT</Last-Modified>"
    said = Said(kind + bucket.LISTING % (b"<Blob><Name>a&e;</Name><Properties>" + of + b"</Properties></Blob>"))
    bucket.before = lambda _: said
    assert not [item for item in listed("az://uploads") if "hidden" in item.name]


def test_a_store_that_is_too_busy_is_asked_as_late_as_it_says(
    bucket: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to twenty seconds; where it says nothing, later each time, and each who asks at another moment."""
    waits: list[float] = []
    monkeypatch.setattr(azure, "ATTEMPTS", 8)
    monkeypatch.setattr("vaern.store.azure.time.sleep", waits.append)
    said = ["3", "900", "", "soon", "", "", ""]

    def answer(_: Asked) -> Said | None:
        return Said(b"", 503, {"Retry-After": said.pop(0)}) if said else None

    bucket.before = answer
    with closing(azure.Container(address_of("az://uploads"))) as store:
        assert list(store.pages()) == [[]]
    assert waits[:2] == [3.0, 20.0]
    assert all(0 <= wait <= min(2**after, 20) for after, wait in enumerate(waits[2:], start=2))
    assert len(waits) == 7


def test_nothing_is_followed_to_another_place(bucket: Container) -> None:
    """A redirect would take the signature along."""
    bucket.before = lambda _: Said(b"", 307, {"Location": "http://127.0.0.1:9/"})
    with pytest.raises(Refusal, match=r"^the store does not take the request \(307\)"):
        drained("az://uploads")
