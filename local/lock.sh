#!/bin/bash
# Pins what pyproject.toml names and everything that needs; pins that still fit stay as they are.
# Each file holds what it adds to the one it builds on.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat requirements*.txt 2>/dev/null | grep '==' > "$folder/old" || true

compile() {
    cp "$folder/old" "$folder/all"
    .venv/bin/uv pip compile "$@" --quiet --no-header --no-annotate \
        --no-emit-index-url --output-file "$folder/all" > /dev/null
    sort "$folder/all"
}

compile pyproject.toml > "$folder/run"
compile pyproject.toml --group collector --extra local > "$folder/local"
compile pyproject.toml --group collector --extra local --extra dev > "$folder/dev"
# The collector's image has no Airflow: it gets the same pins of what it needs itself.
cp "$folder/local" "$folder/old"
compile --group collector > "$folder/collector"

cp "$folder/run" requirements.txt
cp "$folder/collector" requirements-collector.txt
{ echo "-r requirements.txt"; comm -13 "$folder/run" "$folder/local"; } > requirements-local.txt
{ echo "-r requirements-local.txt"; comm -13 "$folder/local" "$folder/dev"; } > requirements-dev.txt
