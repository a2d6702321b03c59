#!/bin/sh
# Install matrix-content-scanner below `.conformance/matrix`. Its wheel is for Python 3.11 on x86-64 with a C library of 2.38 or
# newer; elsewhere, and without the network, it is left out, and its test skips; in CI that fails.
set -eu
here=$(dirname "$0")
left_out() {
    echo "$1: matrix-content-scanner is left out"
    rm -rf .conformance/matrix
    [ -z "${CI:-}" ]
}
if ! .tools/uv venv --quiet --clear --python 3.11 .conformance/matrix; then
    left_out "there is no Python 3.11"
    exit
fi
.tools/uv pip sync --quiet --python .conformance/matrix/bin/python --require-hashes --only-binary :all: "$here/requirements.lock" ||
    left_out "its wheels could not be fetched"
