"""matrix-content-scanner, as homeservers run it, asks `vaern gate check` of each file that it fetches."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import command
from tests.client.serving import Said, serving
from tests.conftest import ROOT, missing
from tests.gate.gates import ALIKE, KNOWN, NEW, running, write_lists
from tests.lookup.service import until

from vaern.gate.asking import OfLists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.client.serving import Asked

PYTHON = ROOT / ".conformance" / "matrix" / "bin" / "python"
START = "import runpy, pylibmagic; runpy.run_module('matrix_content_scanner.mcs', run_name='__main__')"
MEDIA = {"known": KNOWN, "alike": ALIKE, "new": NEW}
pytestmark = pytest.mark.once


def download(asked: Asked) -> Said:
    """A homeserver that has some media (Matrix client-server API 1.11, GET /_matrix/media/v3/download)."""
    found = MEDIA.get(asked.path.removeprefix("/_matrix/media/v3/download/homeserver.example/"))
    return Said(status=404) if found is None else Said(found, headers={"Content-Type": "image/png"})


def listens(port: int) -> bool:
    """Whether somebody does there: the program does not say when it is ready."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def scanner(folder: Path, port: int, gate: str, homeserver: str) -> Iterator[Callable[[str], bool]]:
    """The program, set up as `docs/how-to/check-uploads.md` says; whether it takes a file for clean."""
    script, files, config = folder / "check", folder / "files", folder / "config.yaml"
    files.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command("gate", "check"))} "$1" --gate {gate}\n')
    script.chmod(0o755)
    settings = {
        "web": {"host": "127.0.0.1", "port": port},
        "scan": {"script": str(script), "temp_directory": str(files)},
        "download": {"base_homeserver_url": homeserver},
        "crypto": {"pickle_path": str(folder / "pickle"), "pickle_key": "of the test"},
        "result_cache": {"exit_codes_to_ignore": [2, 4]},
    }
    config.write_text(json.dumps(settings))  # every JSON document is one of YAML 1.2
    with subprocess.Popen([PYTHON, "-c", START, "-c", config], stderr=subprocess.DEVNULL) as program:
        try:
            until(lambda: program.poll() is not None or listens(port), 60)
            assert program.poll() is None

            def is_clean(name: str) -> bool:
                address = f"http://127.0.0.1:{port}/_matrix/media_proxy/unstable/scan/homeserver.example/{name}"
                with urllib.request.urlopen(address, timeout=120) as answer:
                    return json.load(answer)["clean"]

            yield is_clean
        finally:
            program.terminate()


def test_it_lets_through_what_no_list_has_and_asks_again_where_nobody_could_be_asked(
    tmp_path: Path, free_port: int
) -> None:
    if not PYTHON.exists():
        missing("matrix-content-scanner is not installed (make conformance-setup brings it where Python 3.11 is)")
    with serving(download) as homeserver:
        with (
            running(OfLists(write_lists(tmp_path))) as gate,
            scanner(tmp_path, free_port, f"http://127.0.0.1:{gate.port}", homeserver.base) as is_clean,
        ):
            assert {name: is_clean(name) for name in MEDIA} == {"known": False, "alike": False, "new": True}
            assert [line["verdict"] for line in gate.evidence] == ["match", "match"]
            asked = len(homeserver.asked)
            assert not is_clean("known")
            assert len(homeserver.asked) == asked, "what is listed is remembered"
        with scanner(tmp_path, free_port, "http://127.0.0.1:9", homeserver.base) as is_clean:
            asked = len(homeserver.asked)
            assert not is_clean("new")
            assert not is_clean("new")
            assert len(homeserver.asked) == asked + 2, "that nobody could be asked is not remembered"
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
