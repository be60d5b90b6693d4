#!/bin/sh
# Writes into .env (or the file given) what docker-compose.yaml needs and the file lacks: secrets, and the sandbox.
set -eu
file=${1:-.env}
umask 077

bytes() { head -c "$1" /dev/urandom; }
hex() { bytes "$1" | od -An -tx1 | tr -d ' \n'; }
lacks() { ! grep -Eq "^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=" "$file" 2> /dev/null; }
add() { if lacks "$1"; then echo "$1=$2" >> "$file"; fi; }

touch "$file"
chmod 600 "$file"
if empty=$(grep -En '^[[:space:]]*(export[[:space:]]+)?([A-Z_]*_PASSWORD|AIRFLOW__[A-Z_]*_(KEY|SECRET))[[:space:]]*=[[:space:]]*$' "$file"); then
    echo "$file has secrets without a value: give them one, or remove the lines." >&2
    echo "$empty" >&2
    exit 1
fi
# What is added begins a line of its own.
[ -z "$(tail -c 1 "$file")" ] || echo >> "$file"

# A tracker of one's own, now or later, does without the sandbox.
if lacks FLOWMART_ADMIN_PASSWORD && lacks 'AIRFLOW_CONN_FLOWMART_(PHABRICATOR|YANDEX_TRACKER|YOUTRACK)[A-Z0-9_]*'; then
    add COMPOSE_PROFILES sandbox
    five_days_ago=$(($(date +%s) - 5 * 86400))
    # GNU's date, or BSD's.
    add FLOWMART_SANDBOX_START "$(date -u -d "@$five_days_ago" +%F 2> /dev/null || date -u -r "$five_days_ago" +%F)"
fi
add FLOWMART_ADMIN_PASSWORD "$(hex 12)"
for role in POSTGRES AIRFLOW FLOWMART_LOADER FLOWMART_PUBLISHER FLOWMART_READER; do
    add "${role}_PASSWORD" "$(hex 24)"
done
add AIRFLOW__CORE__FERNET_KEY "$(bytes 32 | base64 | tr '+/' '-_')"
add AIRFLOW__API__SECRET_KEY "$(hex 32)"
add AIRFLOW__API_AUTH__JWT_SECRET "$(hex 64)"
echo "$file has all that docker-compose.yaml needs; the page's login is admin with FLOWMART_ADMIN_PASSWORD."
