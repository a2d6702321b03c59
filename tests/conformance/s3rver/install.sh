#!/bin/sh
# Install s3rver below `.conformance/s3rver`. Without npm or the network it is left out, and its tests skip; in CI that fails.
set -eu
here=$(dirname "$0")
left_out() {
    echo "$1: s3rver is left out"
    rm -rf .conformance/s3rver/node_modules
    [ -z "${CI:-}" ]
}
if ! command -v npm >/dev/null; then
    left_out "npm is not installed"
    exit
fi
mkdir -p .conformance/s3rver
cp "$here/package.json" "$here/package-lock.json" .conformance/s3rver/
(cd .conformance/s3rver && npm ci --ignore-scripts --no-audit --no-fund --silent) || left_out "npm could not fetch it"
