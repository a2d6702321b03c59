"""Start a node as a newcomer does, in a folder that goes again; ask whether it is well; stop it.

    python tools/start_once.py

It runs the `vaern` that is installed beside this Python, and ends with 1 and the node's own words if it does not start.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

PATIENCE = 300
"""Seconds for a whole start, the making of the database included."""


def free_port() -> int:
    """Return a port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Return 0 if the node started, answered, and stopped."""
    vaern = Path(sys.executable).with_name("vaern")
    with tempfile.TemporaryDirectory(prefix="vaern-") as home:
        bind = f"127.0.0.1:{free_port()}"
        command = [
            vaern,
            "serve",
            "--synthetic",
            "--home",
            f"{home}/node",
            "--bind",
            bind,
            "--address",
            f"http://{bind}",
        ]
        node = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=home)
        signal.signal(signal.SIGALRM, lambda *_: node.kill())
        signal.alarm(PATIENCE)
        lines = []
        assert node.stdout
        for line in node.stdout:
            lines.append(line)
            if "The node is ready" in line:
                with urllib.request.urlopen(f"http://{bind}/health", timeout=60) as answer:
                    print(f"The node is ready: {answer.read(200).decode()}")
                node.terminate()
        if (status := node.wait()) != 0:
            print("".join(lines), f"The node ended with {status}.", sep="", file=sys.stderr)
        return status


if __name__ == "__main__":
    sys.exit(main())
