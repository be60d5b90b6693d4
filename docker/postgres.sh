#!/bin/sh
# Makes the database cluster at the first start, then becomes its server.
set -eu
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
: "${POSTGRES_PASSWORD:?is not set: the password of the user postgres}"

if [ ! -d "$PGDATA" ]; then
    # Renamed when it is complete: a first start that was killed begins anew.
    rm -rf "$PGDATA.new"
    umask 077
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
    initdb --pgdata "$PGDATA.new" --encoding UTF8 --locale C.UTF-8 \
        --auth-local peer --auth-host scram-sha-256 --pwfile /tmp/password
    rm /tmp/password
    echo 'host all all all scram-sha-256' >> "$PGDATA.new/pg_hba.conf"
    mv "$PGDATA.new" "$PGDATA"
fi
unset POSTGRES_PASSWORD
exec postgres -c listen_addresses='*'
