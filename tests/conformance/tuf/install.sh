#!/bin/sh
# Install tuf-js below `.conformance/tuf`. Without npm or the network it is left out, and its tests skip; in CI that fails.
set -eu
here=$(dirname "$0")
left_out() {
    echo "$1: tuf-js is left out"
    rm -rf .conformance/tuf/node_modules
    [ -z "${CI:-}" ]
}
if ! command -v npm >/dev/null; then
    left_out "npm is not installed"
    exit
fi
mkdir -p .conformance/tuf
cp "$here/package.json" "$here/package-lock.json" "$here/fetch.cjs" .conformance/tuf/
(cd .conformance/tuf && npm ci --ignore-scripts --no-audit --no-fund --silent) || left_out "npm could not fetch it"
