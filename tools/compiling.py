"""Compile the loops of the engine (`src/vaern/**/*.c`) into one library for each level of the processor.

Hatchling calls this when it builds the package or installs the tree in place; after a change of a loop, run it by hand
(`make compiled`). The compiler is Clang as Zig brings it in a wheel, the same on every machine, so that nobody needs
one of their own; it makes the libraries of all machines wherever it runs.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src/vaern"
INTO = SOURCES / "compiled"

TARGETS = {
    "x86_64": {"v4": "x86_64_v4+avx512bitalg+avx512vpopcntdq", "v3": "x86_64_v3", "v2": "x86_64_v2"},
    "aarch64": {"v8": "generic"},
}
"""By machine and level (`vaern.compiled.LEVELS`), what Zig calls the processor."""

TAGS = {"x86_64": "py3-none-manylinux_2_17_x86_64", "aarch64": "py3-none-manylinux_2_17_aarch64"}

FLAGS = (
    "-std=c17",
    "-O3",
    "-ffp-contract=off",  # a fused product and sum rounds once: other bits than the reference's
    "-fno-sanitize=undefined",  # Zig asks for it unless it is told
    "-fPIC",
    "-shared",
    "-nostdlib",  # they call memset and nothing else, so one library does for every C library
    "-s",
    "-Wall",
    "-Wextra",
    "-Werror",
)


def sources() -> list[Path]:
    """What is compiled, in one order."""
    return sorted(SOURCES.rglob("*.c"))


def digest() -> str:
    """What tells these sources from others."""
    of_files = hashlib.sha256()
    for path in sorted([*sources(), *SOURCES.rglob("*.h"), Path(__file__)]):
        of_files.update(path.read_bytes())
    return of_files.hexdigest()[:16]


def compile_for(machine: str) -> list[Path]:
    """Make the libraries of a machine, and return where they lie.

    Raises:
        RuntimeError: with what the compiler says.
    """
    with tempfile.TemporaryDirectory(prefix="vaern-compiling-") as scratch, ThreadPoolExecutor() as pool:
        levels = TARGETS[machine].items()
        return list(pool.map(lambda level: _compile(machine, *level, Path(scratch)), levels))


def _compile(machine: str, level: str, processor: str, scratch: Path) -> Path:
    made, path = scratch / f"{machine}-{level}.so", INTO / f"{machine}-{level}.so"
    environment = {**os.environ, **{f"ZIG_{name}_CACHE_DIR": str(scratch) for name in ("LOCAL", "GLOBAL")}}
    command = [sys.executable, "-m", "ziglang", "cc", "-target", f"{machine}-linux-gnu.2.17", f"-mcpu={processor}"]
    done = subprocess.run(
        [*command, *FLAGS, f'-DSOURCES="{digest()}"', "-o", made, *sources()],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the loops could not be compiled:\n{done.stderr}")
    path.unlink(missing_ok=True)  # a process that has the old one keeps it
    path.write_bytes(made.read_bytes())
    return path


class Hook(BuildHookInterface[Any]):
    """Puts the libraries into the wheel."""

    PLUGIN_NAME = "compiling"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as Hatchling calls it
        """Compile before the files are gathered."""
        machine = os.environ.get("VAERN_MACHINE", platform.machine())
        made = compile_for(machine)
        build_data["pure_python"], build_data["tag"] = False, TAGS[machine]
        build_data["artifacts"] += [str(path.relative_to(ROOT)) for path in made]


if __name__ == "__main__":
    for library in compile_for(sys.argv[1] if sys.argv[1:] else platform.machine()):
        print(f"{library.relative_to(ROOT)}  {library.stat().st_size:,} bytes")
