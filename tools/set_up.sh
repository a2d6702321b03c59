#!/bin/sh
# Make the virtual environment $2 with the Python $1: what requirements.lock pins, then this tree in place. Only wheels
# are taken and each is checked by its hash. The loops of the engine are compiled by the Clang that one of them holds.
set -eu
python=$1
venv=$2

if [ ! -x "$venv/bin/python" ]; then
    echo "Making $venv for $("$python" --version) …"
    .tools/uv venv --quiet --python "$(command -v "$python")" "$venv"
fi
echo "Installing what requirements.lock pins …"
.tools/uv pip sync --quiet --python "$venv/bin/python" --require-hashes --only-binary :all: requirements.lock
# hatchling comes from the lock too, so no build environment is fetched.
.tools/uv pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
touch "$venv/.ready"
