# PostgreSQL of Debian's packages.
FROM debian:bookworm-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql \
    && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/* /etc/postgresql/*

# Volumes take over the owner of the folders that they are mounted on.
RUN install --directory --owner postgres --mode 0700 /var/lib/postgresql/data
ENV PGDATA=/var/lib/postgresql/data/cluster
COPY docker/postgres.sh /usr/local/bin/serve-postgres
USER postgres
# SIGTERM would wait for every client to leave.
STOPSIGNAL SIGINT
CMD ["sh", "/usr/local/bin/serve-postgres"]
