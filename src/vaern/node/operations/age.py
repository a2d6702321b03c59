"""Streaming encryption in the age format (age-encryption.org/v1), of any size.

`pyrage` encrypts from one file object to another; a thread and a pipe turn that around. For a passphrase it knows whole
texts only, so such a file is a tar of two members: a fresh key under the passphrase, and the stream under that key.
Every part can be opened with the ordinary program `age` (docs/how-to/backup-and-restore.md).
"""

from __future__ import annotations

import io
import os
import tarfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import pyrage
from pyrage import passphrase, ssh, x25519

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAGIC = b"age-encryption.org/v1\n"
KEY, STREAM = "key.age", "backup.age"
LONGEST_KEY = 4096


@dataclass(frozen=True)
class Lock:
    """Who can decrypt: the holders of these keys, or anybody with the passphrase."""

    recipients: tuple[Any, ...] = ()
    passphrase: str | None = None


@dataclass(frozen=True)
class Opener:
    """The keys or the passphrase for decryption."""

    identities: tuple[Any, ...] = ()
    passphrase: str | None = None


class AgeError(Exception):
    """Encryption or decryption failed; the message is one sentence."""


def recipient(text: str) -> Any:
    """Return an age recipient (`age1…`) or an SSH public key as one.

    Raises:
        AgeError: it is neither.
    """
    for kind in (x25519.Recipient, ssh.Recipient):
        try:
            return kind.from_str(text.strip())
        except (pyrage.RecipientError, ValueError):
            continue
    raise AgeError("The recipient is neither an age public key (age1…, made by `age-keygen`) nor an SSH public key.")


def identities(text: str) -> tuple[Any, ...]:
    """Return the identities of a key file as `age-keygen` writes it, or of an SSH private key.

    Raises:
        AgeError: it holds none.
    """
    found = []
    for line in text.splitlines():
        if line.startswith("AGE-SECRET-KEY-1"):
            try:
                found.append(x25519.Identity.from_str(line.strip()))
            except (pyrage.IdentityError, ValueError):
                raise AgeError("The key file is damaged.") from None
    if not found:
        try:
            found.append(ssh.Identity.from_buffer(text.encode()))
        except Exception:
            raise AgeError("The key file holds no key of `age-keygen` and is no SSH private key.") from None
    return tuple(found)


@contextmanager
def encrypted(to: IO[bytes], lock: Lock) -> Iterator[IO[bytes]]:
    """Yield a file; what is written to it lands encrypted in `to`, complete when the block has ended without an error.

    Args:
        to: an empty file that can seek.
        lock: who can open it.

    Raises:
        AgeError: the encryption failed.
    """
    recipients = list(lock.recipients)
    header = None
    if lock.passphrase is not None:
        key = x25519.Identity.generate()
        recipients = [key.to_public()]
        sealed = passphrase.encrypt(f"{key}\n".encode(), lock.passphrase)
        to.write(_header(KEY, len(sealed)) + sealed + bytes(-len(sealed) % 512))
        header = to.tell()
        to.write(bytes(512))
    begin = to.tell()
    with _pumped(lambda source: pyrage.encrypt_io(source, to, recipients), writing=True) as sink:
        yield sink
    if header is not None:
        size = to.seek(0, io.SEEK_END) - begin
        to.write(bytes(-size % 512 + 1024))
        to.seek(header)
        to.write(_header(STREAM, size))


@contextmanager
def opened(source: IO[bytes], opener: Opener) -> Iterator[IO[bytes]]:
    """Yield a file from which the content of `source` can be read, each byte checked before it is given out.

    Raises:
        AgeError: the key or passphrase does not open it, or it was damaged, cut short or changed.
    """
    start = source.read(len(MAGIC))
    source.seek(0)
    if start == MAGIC:
        keys, inner = opener.identities, source
        if not keys:
            raise AgeError("This backup was made for a key, not for a passphrase: give --identity.")
    else:
        keys, inner = _of_passphrase(source, opener.passphrase)
    with _pumped(lambda sink: _decrypt(inner, sink, list(keys)), writing=False) as plain:
        yield plain


def _of_passphrase(source: IO[bytes], secret: str | None) -> tuple[tuple[Any, ...], IO[bytes]]:
    """Read the key of a file that was made for a passphrase, and return it with the stream that it opens."""
    try:
        archive = tarfile.open(fileobj=source, mode="r:")  # noqa: SIM115 - the stream is read through it
        key, stream = archive.next(), archive.next()
    except (tarfile.TarError, OSError, ValueError):
        key = stream = None
    if not (key and stream and (key.name, stream.name) == (KEY, STREAM) and key.size <= LONGEST_KEY):
        raise AgeError("This is no backup of Værn, or it was cut short.")
    if secret is None:
        raise AgeError("This backup was made for a passphrase: give --passphrase-file.")
    if not _padded(source, key, stream):
        raise AgeError("The backup is damaged: it was cut short or changed.")
    try:
        text = passphrase.decrypt(_member(archive, key).read(), secret).decode("ascii")
    except pyrage.DecryptError:
        raise AgeError("The passphrase does not open this backup, or its beginning was changed.") from None
    return identities(text), _member(archive, stream)


def _padded(source: IO[bytes], key: tarfile.TarInfo, stream: tarfile.TarInfo) -> bool:
    """Whether what fills the blocks around both members is as `encrypted` writes it, and nothing stands behind."""
    end = stream.offset_data + stream.size
    whole = end + -stream.size % 512 + 1024
    if source.seek(0, io.SEEK_END) != whole:
        return False
    for begin, until in ((key.offset_data + key.size, stream.offset), (end, whole)):
        source.seek(begin)
        if any(source.read(until - begin)):
            return False
    return True


def _member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(info)
    if found is None:
        raise AgeError("This is no backup of Værn, or it was cut short.")
    return found


def _decrypt(source: IO[bytes], sink: IO[bytes], keys: list[Any]) -> None:
    try:
        pyrage.decrypt_io(source, sink, keys)
    except BrokenPipeError:
        raise
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise AgeError("The key does not open this backup, or its beginning was changed.") from None
        raise AgeError("The backup is damaged: it was cut short or changed.") from None
    except (OSError, tarfile.TarError, ValueError):
        raise AgeError("The backup is damaged: it was cut short or changed.") from None


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


@contextmanager
def _pumped(work: Callable[[IO[bytes]], None], *, writing: bool) -> Iterator[IO[bytes]]:
    """Run `work` in a thread on one end of a pipe, and yield the other; its error is raised when the block ends."""
    reading_end, writing_end = os.pipe()
    ours, theirs = (writing_end, reading_end) if writing else (reading_end, writing_end)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(theirs, "rb" if writing else "wb", 1 << 16) as end:
                work(end)
        except BaseException as error:
            failed.append(error)  # raised in the other thread

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    stopped: BaseException | None = None
    file = os.fdopen(ours, "wb" if writing else "rb", 1 << 16)
    try:
        yield file
    except BaseException as error:
        stopped = error
    with suppress(BrokenPipeError):
        file.close()
    thread.join()
    causes = [error for error in failed if not isinstance(error, BrokenPipeError)]
    if stopped is not None and not isinstance(stopped, Exception):
        raise stopped  # Ctrl-C
    if causes:
        raise causes[0] from None
    if stopped is not None:
        raise stopped
