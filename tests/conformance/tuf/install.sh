#!/bin/sh
# Install tuf-js below `.conformance/tuf`; without npm or the network it is left out, and its test skips.
set -eu
here=$(dirname "$0")
if ! command -v npm >/dev/null; then
    echo "npm is not installed: tuf-js is left out"
    exit 0
fi
mkdir -p .conformance/tuf
cp "$here/package.json" "$here/package-lock.json" "$here/fetch.cjs" .conformance/tuf/
if ! (cd .conformance/tuf && npm ci --ignore-scripts --no-audit --no-fund --silent); then
    echo "npm could not fetch it: tuf-js is left out"
    rm -rf .conformance/tuf/node_modules
fi
