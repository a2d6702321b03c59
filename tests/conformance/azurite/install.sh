#!/bin/sh
# Install azurite below `.conformance/azurite`. Without npm or the network it is left out, and its tests skip; in CI that fails.
set -eu
here=$(dirname "$0")
left_out() {
    echo "$1: azurite is left out"
    rm -rf .conformance/azurite/node_modules
    [ -z "${CI:-}" ]
}
if ! command -v npm >/dev/null; then
    left_out "npm is not installed"
    exit
fi
mkdir -p .conformance/azurite
cp "$here/package.json" "$here/package-lock.json" .conformance/azurite/
(cd .conformance/azurite && npm ci --ignore-scripts --no-audit --no-fund --silent) || left_out "npm could not fetch it"
