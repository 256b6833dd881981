#!/bin/sh
# Installs the packed package into a project folder with its native parts: install.sh TARBALL FOLDER
set -eu
tarball="$(realpath "$1")"
mkdir -p "$2"
cd "$2"
[ -f package.json ] || printf '{ "name": "project", "private": true, "type": "module" }\n' >package.json
npm install --omit=dev --ignore-scripts --no-audit --no-fund --prefer-offline --save-exact "$tarball"
node node_modules/tfx-temporal/bin/tfx-temporal.mjs setup --only "${NATIVE_PART:-libtensorflow}"
