#!/bin/sh
# Put uv at .tools/uv, the version of tools/uv.lock checked by its hash. Takes the Python to use as $1.
# Debian's Python may lack venv, pip or both, so there are three ways; the last takes a uv that is on the machine.
set -eu
python=$1

if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed and none was found: install it, or name it: make PYTHON=/path/to/python3" >&2
    exit 2
fi

rm -rf .tools
mkdir .tools
install="install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r tools/uv.lock"
if "$python" -m venv .tools/env >.tools/log 2>&1 && .tools/env/bin/python -m pip $install 2>>.tools/log; then
    ln -s env/bin/uv .tools/uv
elif "$python" -m pip $install --target .tools/lib 2>>.tools/log; then
    ln -s lib/bin/uv .tools/uv
elif command -v uv >/dev/null; then
    ln -s "$(command -v uv)" .tools/uv
else
    tail -n 3 .tools/log >&2
    echo "Neither venv, pip nor uv worked (.tools/log has all they said): sudo apt-get install python3-venv, or the" \
        "same for your system, with the network there, and run make again." >&2
    rm -f .tools/uv
    exit 2
fi
touch .tools/.ready
