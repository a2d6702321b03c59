#!/bin/sh
# Install the Nu HTML checker as `.conformance/bin/vnu`; without npm, Java or the network it is left out, and its test skips.
set -eu
here=$(dirname "$0")
if ! command -v npm >/dev/null || ! java -version >/dev/null 2>&1; then
    echo "npm or Java is not installed: the Nu HTML checker is left out"
    exit 0
fi
cp "$here/package.json" "$here/package-lock.json" .conformance/
if ! npm ci --prefix .conformance --ignore-scripts --no-audit --no-fund --silent; then
    echo "npm could not fetch it: the Nu HTML checker is left out"
    exit 0
fi
printf '#!/bin/sh\nexec java -jar "%s" "$@"\n' "$PWD/.conformance/node_modules/vnu-jar/build/dist/vnu.jar" >.conformance/bin/vnu
chmod +x .conformance/bin/vnu
