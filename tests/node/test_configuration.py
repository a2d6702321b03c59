"""Configuration: what is wrong is refused in one sentence; whatever is set, there is never a traceback."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaern.node.runtime.configuration import Configuration, ConfigurationError, read_configuration, variables

ROOT = Path(__file__).resolve().parents[2]
SECRET = "s" * 50
NAMES = [variable.name for variable in variables().values()]

PIECES = """http https smtp smtps postgres postgresql :// : / @ [ ] ? # % ::1 localhost node.example
8000 99999 0 1 -1 ٣ æ .. ~ ~nobody-here"""
pieces = st.sampled_from([*PIECES.split(), " ", "\n", "\0"])
texts = st.one_of(st.lists(pieces, max_size=8).map("".join), st.text(max_size=30))


@pytest.mark.once
@given(st.dictionaries(st.sampled_from(NAMES), texts))
@settings(deadline=None, max_examples=200)
def test_whatever_is_set_gives_a_configuration_or_one_sentence(environment: dict[str, str]) -> None:
    try:
        read: Configuration | str = read_configuration(environment, make_secret=False)
    except ConfigurationError as error:
        read = str(error)
    if isinstance(read, Configuration):
        assert read.host
        assert read.home.is_absolute()
        assert 0 <= read.bind[1] <= 65535
    else:
        assert read.isprintable()
        assert any(name in read for name in environment)
        assert read[-1] in ".?"


@given(st.sampled_from([v for v in variables().values() if v.secret]), st.text(min_size=12, max_size=40))
def test_no_secret_stands_in_an_error_or_in_the_configuration_as_text(variable, value: str) -> None:
    tagged = f"tagged{value}"
    shown = ""
    try:
        shown = repr(read_configuration({"VAERN_SECRET_KEY": SECRET} | {variable.name: tagged}))
    except ConfigurationError as error:
        shown = str(error)
    assert shown
    assert "tagged" not in shown


def test_without_anything_set_the_defaults_hold(tmp_path: Path) -> None:
    read = read_configuration({"VAERN_HOME": str(tmp_path / "node")})
    assert (read.address, read.bind, read.host, read.secure) == (
        "http://localhost:8000",
        ("127.0.0.1", 8000),
        "localhost",
        False,
    )
    assert not read.synthetic


def test_the_secret_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    first, second = (read_configuration({"VAERN_HOME": str(tmp_path / "node")}).secret_key for _ in range(2))
    kept = tmp_path / "node" / "keys" / "secret"
    assert first == second == kept.read_text()
    assert len(first) >= 50
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert [path.name for path in kept.parent.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("VAERN_ADDRESS", "http://node.example", "https:// only"),
        ("VAERN_ADDRESS", "https://node.example/path", "without a path"),
        ("VAERN_ADDRESS", "https://a:b@node.example", "without a path"),
        ("VAERN_ADDRESS", "https://node.example:port", "https://node.example"),
        ("DATABASE_URL", "mysql://a:secret@db/vaern", "PostgreSQL only"),
        ("DATABASE_URL", "postgresql://a:secret@db", "names no database"),
        ("VAERN_MAIL", "mail.example", "smtp+tls://"),
        ("VAERN_MAIL_FROM", "a@b@c", "one mail address"),
        ("VAERN_SECRET_KEY", "short", "50 characters"),
        ("VAERN_SYNTHETIC", "yes", "1 (yes) or 0 (no)"),
        ("VAERN_BIND", "8000", "127.0.0.1:8000"),
        ("VAERN_WORKERS", "0", "from 1 to 64"),
        ("VAERN_METRICS_TOKEN", "short", "20 or more"),
        ("VAERN_SECURITY_CONTACT", "security@hotline.example", "mailto:"),
        ("VAERN_SECURITY_CONTACT", "http://hotline.example/security", "https://"),
        ("VAERN_SECURITY_CONTACT", "https://a:secret@hotline.example", "https://"),
        ("VAERN_SECURITY_CONTACT", "mailto:a@hotline.example\nContact: mailto:b@other.example", "mailto:"),
        ("VAERN_CYBERTIPLINE_XSD", "/nowhere/tip.xsd", "a file that is there"),
        ("VAERN_CYBERTIPLINE_XSD", __file__, "no XML Schema"),
        ("VAERN_LISTS", __file__, "a folder that is there"),
        ("VAERN_TIMESTAMP_URL", "stamps.example", "the address of a service"),
        ("VAERN_TIMESTAMP_URL", "https://a:secret@stamps.example/tsa", "the address of a service"),
        ("VAERN_TIMESTAMP_URL", "https://stamps.example/tsa", "go together"),
        ("VAERN_TIMESTAMP_CERTIFICATES", "/nowhere/ca.pem", "a file that is there"),
        ("VAERN_TIMESTAMP_CERTIFICATES", __file__, "in PEM"),
        ("VAERN_ADRESS", "https://node.example", "did you mean VAERN_ADDRESS?"),
        ("VAERN_HOME", __file__, "folder"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        read_configuration({"VAERN_SECRET_KEY": SECRET} | {name: value})
    assert says in str(caught.value)
    assert "secret@" not in str(caught.value)


def test_all_that_is_wrong_is_named_at_once() -> None:
    wrong = {
        "VAERN_ADRESS": "x",
        "VAERN_WORKERS": "0",
        "VAERN_SYNTHETIC": "yes",
        "DATABASE_URL": "mysql://a:secret@db/v",
    }
    with pytest.raises(ConfigurationError) as caught:
        read_configuration({"VAERN_SECRET_KEY": SECRET} | wrong)
    assert all(name in str(caught.value) for name in wrong)
    assert "secret@" not in str(caught.value)


@pytest.mark.parametrize("kept", ["", "short", "\xff" * 60])
def test_a_damaged_secret_is_named(kept: str, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret").write_text(kept, "latin-1")
    with pytest.raises(ConfigurationError, match="keys/secret"):
        read_configuration({"VAERN_HOME": str(tmp_path)})


def test_the_reference_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "tools/configuration_reference.py", "--check"], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
