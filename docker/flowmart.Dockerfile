# Airflow with Flowmart: every service of docker-compose.yaml but the database.
FROM debian:bookworm-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

RUN python3 -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt /opt/flowmart/
# The pins are complete: nothing has to be resolved.
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps \
        --requirement /opt/flowmart/requirements.txt \
    && pip check

# Volumes take over the owner of the folders that they are mounted on.
RUN useradd --uid 50000 --create-home flowmart \
    && install --directory --owner flowmart /var/lib/flowmart \
        /var/lib/flowmart/landing /var/lib/flowmart/logs /var/lib/flowmart/telemetry \
        /var/lib/flowmart/validation
COPY . /opt/flowmart
WORKDIR /opt/flowmart
USER flowmart
ENV AIRFLOW_HOME=/var/lib/flowmart \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/flowmart/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/flowmart/plugins \
    PYTHONPATH=/opt/flowmart/plugins:/opt/flowmart
