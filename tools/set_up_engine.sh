#!/bin/sh
# Make the virtual environment $2 with the Python $1 and the engine alone, as a user gets it: what
# requirements-engine.lock pins, then a wheel of this tree. The wheel is built in an environment of its own.
set -eu
python=$1
venv=$2
build=.tools/build

for folder in "$venv" "$build"; do
    [ -x "$folder/bin/python" ] || .tools/uv venv --quiet --python "$(command -v "$python")" "$folder"
done
echo "Installing the engine alone into $venv …"
.tools/uv pip sync --quiet --python "$build/bin/python" --require-hashes --only-binary :all: tools/build.lock
.tools/uv build --quiet --wheel --no-build-isolation --python "$build/bin/python" --clear --out-dir .tools/wheels
.tools/uv pip sync --quiet --python "$venv/bin/python" --require-hashes --only-binary :all: requirements-engine.lock
.tools/uv pip install --quiet --python "$venv/bin/python" --no-deps --no-index .tools/wheels/*.whl
echo "It takes $(du -sm --exclude pip "$venv" | cut -f1) MB, without pip, which fetches the photographs of its demonstration."
touch "$venv/.ready"
