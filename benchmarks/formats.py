"""Reading hash lists: rows and megabytes a second, and peak memory, of each reader on a generated file.

    python benchmarks/formats.py [MEBIBYTES [FORMAT ...]]

The default is 2,048 MiB, the size that real lists reach; the files are written to the temporary folder, one at a time.
Each reader runs in a process of its own on one thread, so that the peak is its own, the interpreter included. The peer
for JSON is `json.load`, which holds the whole document, and for MD5 lists a loop over lines that converts each.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from machine import machine

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

OURS = """
from vaern.formats import read_list
from vaern.records import Entry
rows = sum(isinstance(row, Entry) for row in read_list(path, format=name))
"""
PEERS = {
    "text": "rows = sum(len(bytes.fromhex(line)) == 16 for line in open(path))",
    "vics": "import json; rows = len(json.load(open(path))['value'])",
}
BUILT = """
from vaern.formats import read_lists
from vaern.matching import build_package
import itertools, tempfile
with tempfile.TemporaryDirectory() as folder:
    manifest = build_package(folder + "/L", itertools.chain.from_iterable(read_lists([path])), name="L")
rows = manifest.entries
"""
"""The whole way of a million media into a list package: read, written, indexed."""

WRITTEN = """
from vaern.formats import read_list, vics_write
from vaern.records import Entry
entries = (row for row in read_list(path) if isinstance(row, Entry))
size = sum(map(len, vics_write.write(entries, vics_write.Document("2.0", "US"))))
rows = 1_000_000
"""
"""Read and written again."""

RUN = """
import resource, sys, time
path, name = sys.argv[1:3]
begin = time.process_time()
{}
print(rows, time.process_time() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measured(code: str, path: Path, name: str) -> dict[str, float]:
    """Rows, processor seconds, rows and megabytes a second, and peak MiB of one process."""
    said = subprocess.run(
        [sys.executable, "-c", RUN.format(code), str(path), name], capture_output=True, text=True, check=True
    ).stdout.split()
    rows, seconds, peak = int(said[0]), float(said[1]), int(said[2]) / 1024
    size = path.stat().st_size
    return {
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows/s": round(rows / seconds),
        "MB/s": round(size / 1e6 / seconds, 1),
        "peak MiB": round(peak),
    }


def digests(number: int) -> dict[str, str]:
    """Values that look random, by kind."""
    value = hashlib.sha512(number.to_bytes(8, "big")).hexdigest()
    return {"md5": value[:32], "sha1": value[32:72], "pdq": value[64:128]}


def rows_of(name: str, numbers: range) -> list[str]:
    """Records as the formats have them, with the fields that real ones fill."""
    values = (digests(number) for number in numbers)
    match name:
        case "text":
            return [one["md5"] + "\n" for one in values]
        case "csv":
            return [
                f"{one['md5']},{one['sha1']},{one['pdq']},1,series {n}\n"
                for n, one in zip(numbers, values, strict=True)
            ]
        case "vics":
            return [json.dumps(vics_row(n, one)) + ",\n" for n, one in zip(numbers, values, strict=True)]
        case "ncmec":
            return [
                f'<image><member id="42">Example</member><timestamp>2026-01-01T00:00:00Z</timestamp><id>{n}</id>'
                f"<classification>A1</classification><fingerprints><md5>{one['md5']}</md5><sha1>{one['sha1']}</sha1>"
                f"<pdq>{one['pdq']}</pdq></fingerprints></image>\n"
                for n, one in zip(numbers, values, strict=True)
            ]
        case _:
            return [
                f'"{one["sha1"].upper()}","{one["md5"].upper()}","0A1B2C3D","file{n}.dll",1024,1,"358",""\r\n'
                for n, one in zip(numbers, values, strict=True)
            ]


def vics_row(number: int, values: dict[str, str]) -> dict[str, object]:
    return {
        "MediaID": number,
        "MD5": values["md5"].upper(),
        "SHA1": values["sha1"].upper(),
        "Category": number % 5,
        "VictimIdentified": False,
        "IsDistributed": False,
        "IsPrecategorized": True,
        "MediaSize": 12345 + number,
        "MimeType": "image/jpeg",
        "DateUpdated": "2026-01-02T03:04:05+00:00",
        "Tags": "",
        "Series": None,
        "AlternativeHashes": [{"HashName": "PDQ", "HashValue": values["pdq"]}],
        "MediaFiles": [{"MediaFileID": number, "FileName": f"{number}.jpg", "FilePath": "C:\\x", "Unallocated": False}],
    }


HEADS = {
    "text": "",
    "csv": "md5,sha1,pdq,category,series\n",
    "vics": '{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media","value":[\n',
    "ncmec": '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images>\n',
    "nsrl-text": '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\r\n',
}
TAILS = {"vics": "{}]}", "ncmec": "</images></queryResult>"}


def write(path: Path, name: str, size: int) -> None:
    """A list of about `size` bytes."""
    count = 0
    if name == "nsrl":
        with closing(sqlite3.connect(path)) as database:
            database.execute("CREATE TABLE FILE (sha1 TEXT, md5 TEXT, file_name TEXT, package_id INT)")
            while path.stat().st_size < size:
                many = [(one["sha1"], one["md5"], "file.dll", 1) for one in map(digests, range(count, count + 50_000))]
                database.executemany("INSERT INTO FILE VALUES (?, ?, ?, ?)", many)
                database.commit()
                count += 50_000
        return
    with path.open("w", newline="") as file:
        file.write(HEADS[name])
        while file.tell() < size:
            file.writelines(rows_of(name, range(count, count + 10_000)))
            count += 10_000
        file.write(TAILS.get(name, ""))


def of_a_million() -> dict[str, object]:
    """1,000,000 VICS media into a list package, and out as VICS again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "vics")
        with path.open("w") as file:
            file.write(HEADS["vics"])
            for first in range(0, 1_000_000, 10_000):
                file.writelines(rows_of("vics", range(first, first + 10_000)))
            file.write(TAILS["vics"])
        return {name: measured(code, path, "vics") for name, code in (("list package", BUILT), ("VICS again", WRITTEN))}


def main() -> None:
    mebibytes = int(sys.argv[1]) if len(sys.argv) > 1 else 2048
    names = sys.argv[2:] or [*HEADS, "nsrl"]
    results: dict[str, object] = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            begin = time.perf_counter()
            write(path, name, mebibytes << 20)
            print(
                f"{name}: {path.stat().st_size >> 20} MiB written in {time.perf_counter() - begin:.0f} s",
                file=sys.stderr,
            )
            results[name] = {"ours": measured(OURS, path, name)}
            if name in PEERS:
                results[name]["peer"] = measured(PEERS[name], path, name)  # type: ignore[index]
    if "vics" in names:
        results["vics"]["1,000,000 media"] = of_a_million()  # type: ignore[index]
    print(
        json.dumps(
            {"machine": machine("lxml", "msgspec"), "threads": 1, "MiB": mebibytes, "readers": results}, indent=2
        )
    )


if __name__ == "__main__":
    main()
