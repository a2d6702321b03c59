"""The processes that read hostile files: forked from a clean one, locked in, told one file after another.

`python -m vaern.scanning.worker N` loads the decoders and forks workers as the socket with descriptor N says (`forks`);
each speaks `protocol` on a socket of its own. Everything that parses or decodes runs in a worker, so what a file can do
at worst is to end that process: the parent then has another one forked.
"""

from __future__ import annotations

import _strptime  # type: ignore[import-not-found]  # noqa: F401 - loaded on first use, too late here
import encodings.cp437
import encodings.idna
import encodings.latin_1
import encodings.utf_16  # noqa: F401
import io
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack
from functools import partial
from typing import IO, TYPE_CHECKING, BinaryIO, cast

import av.subtitles.stream  # noqa: F401 - PyAV loads it with the first video
from msgspec.structs import replace

from vaern.hashing import HashOptions, decoder_versions, hash_stream, warm_up
from vaern.hashing.content import HEAD_BYTES, UNKNOWN
from vaern.hashing.content import recognise as type_of
from vaern.records import Media
from vaern.scanning import late, sandbox
from vaern.scanning.archives import recognise
from vaern.scanning.forks import fork_workers
from vaern.scanning.members import Budget, DamagedError, LimitError, Member, Metered, content
from vaern.scanning.names import printable
from vaern.scanning.options import GIGABYTE, ScanOptions
from vaern.scanning.protocol import (
    MAX_TEXT,
    MAX_TRAIT,
    MEMBER_MARK,
    Began,
    Hashed,
    Job,
    Listing,
    Longer,
    Orders,
    Position,
    ProtocolError,
    Ready,
    Report,
    Setup,
    packed,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vaern.records import Traits

    Hasher = Callable[[BinaryIO, str, int, str | None, HashOptions], Media]

_CUT = MAX_TEXT // 16  # an escaped character takes up to sixteen
_NAME = MAX_TEXT // 4  # of a member; nested ones are joined
_UNSAID = 1 << 16
"""Bytes of reports that wait for more, at most."""
_GRACE = 10.0
"""Seconds of processor time between the end of a video's time, to which the worker sees, and the kernel's, which
ends the worker: a packet is decoded meanwhile, and the last frame hashed."""


class Reader:
    """Reads the files of one worker.

    Attributes:
        tired: memory ran out once; what is left of it is in no state to go on with.
    """

    def __init__(self, channel: socket.socket, options: ScanOptions, hasher: Hasher) -> None:
        self.tired = False
        self._channel, self._options, self._hasher = channel, options, hasher
        self._unsaid = bytearray()
        self._quiet = False
        self._job = Job(0)
        self._at: tuple[Position, int] = (), 0
        self._budget = Budget(options, 0)
        self._further: Sequence[IO[bytes]] = ()

    def read(self, job: Job, descriptors: list[int]) -> None:
        """Report on one file, which may go on in others, and on all that is in it."""
        self._job, self._quiet = job, False
        self._budget = Budget(self._options, job.whole or job.size)
        if job.quiet:
            data = os.pread(descriptors[0], job.size + 1, 0)
            self._quiet = len(data) == job.size and type_of(data[:HEAD_BYTES]) == UNKNOWN
            if self._quiet:
                os.close(descriptors[0])
                self._item((), "", io.BytesIO(data), job.size, job.modified)
                return
        with ExitStack() as streams:
            stream, *self._further = (streams.enter_context(os.fdopen(one, "rb")) for one in descriptors)
            self._item((), "", stream, job.size, job.modified)

    def flush(self) -> None:
        """Send what was not sent yet."""
        if self._unsaid:
            send(self._channel, bytes(self._unsaid))
            self._unsaid.clear()

    def _item(  # noqa: PLR0913 - what there is to tell of a member
        self,
        position: Position,
        name: str,
        stream: IO[bytes],
        size: int,
        modified: str | None,
        member: Member | None = None,
    ) -> None:
        """Report on a file, or on a member that can be decoded and looked into."""
        self._begin(position, name, size)
        whole = position not in self._job.digests_only
        media = self._hash(stream, name, size, modified, perceptual=whole)
        if whole and self._options.archives:
            media = self._descend(position, name, stream, media)
        if member is not None and member.stray and media.mime == UNKNOWN:
            media = replace(media, unopened="bytes that belong to no member of the archive")
        if member is not None:
            media = replace(media, notes=(*member.notes, *media.notes))
        self._say(Hashed(position, media))

    def _descend(self, position: Position, name: str, stream: IO[bytes], media: Media) -> Media:
        """Report on the members, if it is an archive; what becomes of its own record."""
        try:
            further = () if position else self._further
            archive = recognise(stream, _first(position, self._job.after), further)
            if archive is None:
                return media
            if not (archive.behind or media.is_media):
                media = replace(media, mime=archive.mime, unopened="")
            media = replace(media, notes=(*media.notes, *archive.notes))
            if (depth := self._options.archive_depth) <= len(position):
                if archive.behind or media.is_media:
                    return replace(media, notes=(*media.notes, "what comes with it lies too deep and was not read"))
                raise LimitError(f"archives nested deeper than {depth} are not looked into")
            media = _shown(media, archive.shown)
            self._speak_up(position, name)
            self._say(Listing(position))
            for member in archive.members:
                self._budget.count_member()
                inner = _short(printable(member.name))
                self._member((*position, member.index), f"{name}{MEMBER_MARK}{inner}" if name else inner, member)
            if archive.verify is not None and self._options.verify_images:
                self._begin(position, name, archive.size)
                media = replace(media, notes=(*media.notes, archive.verify()))
        except (DamagedError, LimitError) as error:
            return replace(media, unreadable=_tidy(str(error)))
        except MemoryError:
            return replace(media, unreadable=self._out_of_memory())
        except Exception as error:  # whatever a parser can stumble over ends this archive
            return replace(media, unreadable=_failure("the archive could not be read", error))
        return media

    def _member(self, position: Position, name: str, member: Member) -> None:
        media = Media(name=name, size=member.size, modified=member.modified, notes=member.notes)
        if member.unopened:
            self._say(Hashed(position, replace(media, mime=UNKNOWN, unopened=member.unopened)))
            return
        if member.mime:
            self._say(Hashed(position, replace(media, mime=member.mime, size=0)))
            return
        if member.problem:
            self._say(Hashed(position, replace(media, unreadable=member.problem)))
            return
        self._begin(position, name, member.size)  # unpacking may end the worker too
        try:
            stream = content(member, self._budget, self._options.spool)
            if stream is None:
                self._large(position, name, member)
                return
        except LimitError as error:
            self._say(Hashed(position, replace(media, unreadable=_tidy(str(error)))))
            raise
        except MemoryError:
            self._say(Hashed(position, replace(media, unreadable=self._out_of_memory())))
            return
        except Exception as error:
            self._say(Hashed(position, replace(media, unreadable=_failure("the archive could not be unpacked", error))))
            return
        with stream:
            size = member.size if member.direct else stream.seek(0, 2)
            stream.seek(0)
            self._item(position, name, stream, size, member.modified, member)

    def _large(self, position: Position, name: str, member: Member) -> None:
        """A packed member too large for memory: digests only."""
        with member.open() as packed:
            stream = Metered(packed, self._budget)
            size = max(member.size, self._options.spool + 1)
            media = self._hash(cast("IO[bytes]", stream), name, size, member.modified, perceptual=False)
        limit = f"it unpacks to more than {self._options.spool} bytes: only its digests were made"
        self._say(Hashed(position, media if media.unreadable else replace(media, unreadable=limit)))

    def _patience(self, seconds: float) -> Callable[[], bool]:
        """See `hashing.options.Patience`: let the kernel and the parent know, and watch the time."""
        options, (position, size) = self._options, self._at
        self._speak_up(position, "")
        self._say(Longer(position, seconds))
        cpu, wall = options.cpu_allowance(size, seconds), options.wall_allowance(size, seconds)
        sandbox.allow_processor_time(cpu + _GRACE)
        cpu_end, wall_end = time.process_time() + cpu, time.monotonic() + wall
        return lambda: time.process_time() > cpu_end or time.monotonic() > wall_end

    def _hash(self, stream: IO[bytes], name: str, size: int, modified: str | None, *, perceptual: bool) -> Media:
        options = self._options
        wanted = HashOptions(
            perceptual=perceptual,
            orientations=options.orientations,
            unborder=options.unborder,
            frames=options.frames,
            video_interval=options.video_interval,
            videos=options.videos,
            threads=False,
            patience=self._patience,
            max_pixels=options.max_pixels,
        )
        try:
            return _printable(self._hasher(cast("BinaryIO", stream), name, size, modified, wanted))
        except LimitError:
            raise
        except MemoryError:
            cause = self._out_of_memory()
        except Exception as error:
            cause = _failure("the decoder failed", error)
        if not perceptual:
            return Media(name=name, size=size, modified=modified, unreadable=cause)
        stream.seek(0)
        return replace(self._hash(stream, name, size, modified, perceptual=False), unreadable=cause)

    def _speak_up(self, position: Position, name: str) -> None:
        """Tell where this worker is, if it did not: there is more to this file than its record."""
        if self._quiet:
            self._quiet = False
            self._begin(position, name, self._at[1])

    def _begin(self, position: Position, name: str, size: int) -> None:
        self._at = position, size
        if not (self._quiet and self._unsaid):  # what is quiet takes no time, and shares that of the first
            sandbox.allow_processor_time(self._options.cpu_allowance(size))
        if not self._quiet:
            self._say(Began(position, name, size))

    def _say(self, report: Report) -> None:
        self._unsaid += packed(report)
        if not self._quiet or len(self._unsaid) > _UNSAID:
            self.flush()

    def _out_of_memory(self) -> str:
        self.tired = True
        return out_of_memory(self._options)


def serve(channel: socket.socket, versions: dict[str, str], hasher: Hasher = hash_stream) -> None:
    """Lock this process in, which has loaded the decoders, and do what the parent says, until it hangs up."""
    layers = sandbox.isolate()
    orders = Orders(channel)
    coming = iter(orders)
    setup, _ = next(coming)
    if not isinstance(setup, Setup):
        raise ProtocolError("the first message must be the set-up")
    layers |= sandbox.lock(setup.options.memory_limit)
    late.lock()
    send(channel, packed(Ready(layers, versions)))
    reader = Reader(channel, setup.options, hasher)
    for order, descriptors in coming:
        if not isinstance(order, Job):
            raise ProtocolError("only jobs may follow the set-up")
        reader.read(order, descriptors)
        if not orders.has_more:
            reader.flush()
        if reader.tired:
            return


def out_of_memory(options: ScanOptions) -> str:
    """Why a file could not be read when memory ran out."""
    return f"the decoder ran out of memory (limit {options.memory_limit / GIGABYTE:g} GB)"


def _first(position: Position, after: Position) -> int:
    """Index of the first member to read of the archive at `position`, when all up to `after` are done.

    Archives on the way to `after` are entered again: their own record comes after those of their members.
    """
    depth = len(position)
    if len(after) <= depth or after[:depth] != position:
        return 0
    return after[depth] if len(after) > depth + 1 else after[depth] + 1


def _shown(media: Media, remark: str) -> Media:
    """The record of what its members show, by the remark on it, in place of a decoder's."""
    return replace(media, unreadable="", notes=(*media.notes, remark)) if remark else media


def _failure(what: str, error: Exception) -> str:
    return _tidy(f"{what} ({type(error).__name__}: {error})" if str(error) else f"{what} ({type(error).__name__})")


def _printable(media: Media) -> Media:
    """A record whose texts, which come from the file, are such as the parent accepts."""
    return replace(
        media,
        unreadable=_tidy(media.unreadable),
        notes=tuple(map(_tidy, media.notes)),
        taken=media.taken and _tidy(media.taken),
        camera=media.camera and _tidy(media.camera),
        traits=media.traits and _tidy_traits(media.traits),
    )


def _tidy_traits(traits: Traits) -> Traits:
    names = ("make", "model", "serial", "lens", "lens_serial")
    return replace(traits, **{name: _tidy(getattr(traits, name))[:MAX_TRAIT] for name in names})


def _short(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _tidy(text: str) -> str:
    return printable(text[:_CUT])


def main() -> None:
    """Load the decoders, and fork workers as the socket says whose descriptor is the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    sandbox.die_with_parent(os.getppid())
    with socket.socket(fileno=int(sys.argv[1])) as control:
        warm_up()
        fork_workers(control, partial(serve, versions=decoder_versions()))
    os._exit(0)  # nothing is to be put in order, and taking down all that was loaded takes as long as loading a part


if __name__ == "__main__":
    main()
