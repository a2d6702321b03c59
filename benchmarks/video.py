"""A frame of each second of a video hashed, beside FFmpeg's own program decoding the same frames.

    python benchmarks/video.py [SECONDS]

Films of 1280 × 720, 25 frames a second, written anew by four coders from photographs that pass by (`make media`).
*FFmpeg* is `ffmpeg -threads 1 -i FILM -vf fps=1 -f null -` of imageio-ffmpeg's wheel. *Hash* is `hash_file` on one
thread: three digests, decoding, and PDQ of each second in eight orientations. Processor time; contenders take turns,
the figure is the least of the rounds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
from machine import machine
from PIL import Image, ImageOps
from scan import processor_time

from vaern.hashing import HashOptions, decoder_versions, hash_file

SIZE = (1280, 720)
RATE = 25
ROUNDS = 3
WANTED = 1.3
CODERS = {
    "H.264": ("libx264", {"preset": "fast"}, "mp4"),
    "HEVC": ("libx265", {"preset": "fast", "x265-params": "log-level=error"}, "mp4"),
    "MPEG-4": ("mpeg4", {"qscale": "4"}, "mp4"),
    "VP9": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}, "webm"),
}


def film(path: Path, coder: str, options: dict[str, str], seconds: int) -> None:
    """A window that passes over one photograph after another."""
    root = Path(os.environ.get("VAERN_MEDIA") or Path(__file__).parent.parent / ".media")
    sources = sorted((root / "photos" / "lomiri-wallpapers-16.04").glob("*.jpg"))
    if not sources:
        sys.exit(f"no photographs in {root}: run `make media`")
    with av.open(str(path), "w") as output:
        track = output.add_stream(coder, rate=RATE, options=options)
        track.width, track.height, track.pix_fmt = *SIZE, "yuv420p"
        for scene in range(0, seconds, 4):
            with Image.open(sources[scene // 4 % len(sources)]) as picture:
                wide = np.asarray(ImageOps.fit(picture.convert("RGB"), (SIZE[0] + 8 * RATE, SIZE[1])))
            for step in range(min(4, seconds - scene) * RATE):
                shown = np.ascontiguousarray(wide[:, 2 * step : 2 * step + SIZE[0]])
                output.mux(track.encode(av.VideoFrame.from_ndarray(shown, "rgb24")))
        output.mux(track.encode())


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    program, figures = imageio_ffmpeg.get_ffmpeg_exe(), {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, (coder, options, container) in CODERS.items():
            path = Path(scratch) / f"{coder}.{container}"
            film(path, coder, options, seconds)
            command = [program, "-v", "error", "-threads", "1", "-i", str(path), "-vf", "fps=1", "-f", "null", "-"]

            def decoding(command: list[str] = command) -> None:
                subprocess.run(command, check=True)

            def hashing(path: Path = path) -> None:
                media = hash_file(path, HashOptions(threads=False))
                if media.unreadable or not any(signal.kind == "vpdq" for signal in media.signals):
                    sys.exit(f"{path} was not hashed: {media.unreadable}")

            best = {"FFmpeg": float("inf"), "hash": float("inf")}
            for _ in range(ROUNDS):
                for contender, work in {"FFmpeg": decoding, "hash": hashing}.items():
                    before = processor_time()
                    work()
                    best[contender] = min(best[contender], processor_time() - before)
            figures[name] = best
            ratio, pace = best["hash"] / best["FFmpeg"], seconds / best["hash"]
            print(
                f"  {name:7} FFmpeg {best['FFmpeg']:6.2f} s, hash {best['hash']:6.2f} s of processor time: "
                f"{ratio:.2f} (wanted {WANTED}), {pace:.0f} × real time"
            )
    about = machine("av", "imageio-ffmpeg") | {"ffmpeg": imageio_ffmpeg.get_ffmpeg_version()}
    print(json.dumps({"machine": about, "decoders": decoder_versions(), "seconds": seconds, "processor": figures}))


if __name__ == "__main__":
    main()
