"""What a figure was measured on: it stands beside every figure."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path


def machine(*packages: str) -> dict[str, object]:
    """Processor, cores, memory, kernel, Python, and the versions of some packages (those that are installed)."""
    cpu = dict(
        line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines() if ":" in line
    )
    about = {key.strip(): value.strip() for key, value in cpu.items()}
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    versions = {}
    for package in ("vaern", "numpy", *packages):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "processor": f"{about.get('model name')} (family {about.get('cpu family')}, model {about.get('model')})",
        "cores": os.cpu_count(),
        "memory GiB": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **versions,
    }


def resident_bytes() -> int:
    """Memory of this process that is in RAM now, mapped files included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
