# The telemetry collector: a small service without Airflow (docs/collector.md).
FROM debian:bookworm-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

RUN python3 -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements-collector.txt requirements-local.txt /opt/flowmart/
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps \
        --requirement /opt/flowmart/requirements-collector.txt \
    && pip check
# What an object store needs, such as "s3fs".
ARG PACKAGES=
RUN [ -z "$PACKAGES" ] || pip install --no-cache-dir --disable-pip-version-check $PACKAGES

WORKDIR /opt/flowmart
COPY collector collector
COPY plugins/flowmart/sources/telemetry/products plugins/flowmart/sources/telemetry/products
# The compiler is not needed any more when the products are compiled.
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --target /tmp/compiler \
        "$(grep ^grpcio-tools== requirements-local.txt)" \
    && PYTHONPATH=/tmp/compiler python -m collector.compile \
    && rm -rf /tmp/compiler

# A volume takes over the owner of the folder that it is mounted on; Airflow's image has the same.
RUN useradd --uid 50000 --create-home flowmart \
    && install --directory --owner flowmart /var/lib/flowmart /var/lib/flowmart/telemetry
USER flowmart
ENV FLOWMART_COLLECTOR_HOST=0.0.0.0 \
    FLOWMART_COLLECTOR_STORE=/var/lib/flowmart/telemetry
CMD ["python", "-m", "collector"]
