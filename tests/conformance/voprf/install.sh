#!/bin/sh
# Install voprf-ts below `.conformance/voprf`. Without npm or the network it is left out, and its tests skip; in CI that fails.
set -eu
here=$(dirname "$0")
left_out() {
    echo "$1: voprf-ts is left out"
    rm -rf .conformance/voprf/node_modules
    [ -z "${CI:-}" ]
}
if ! command -v npm >/dev/null; then
    left_out "npm is not installed"
    exit
fi
mkdir -p .conformance/voprf
cp "$here/package.json" "$here/package-lock.json" "$here/judge.cjs" .conformance/voprf/
(cd .conformance/voprf && npm ci --ignore-scripts --no-audit --no-fund --silent) || left_out "npm could not fetch it"
