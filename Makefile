.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
# Test processes; one of them takes all tests that start Airflow, and mostly waits.
WORKERS ?= 3
# What `make quick` tests: all that needs neither Airflow nor ClickHouse.
QUICK = tests/core tests/http tests/ops tests/landing tests/transform tests/sql tests/publish \
	tests/sources/test_*.py tests/test_*.py -m "not stack and not browser" \
	-k "not clickhouse and not oldest"
# Descriptors of telemetry's products, which protoc makes of their .proto files.
COMPILED := $(patsubst %.proto,%.binpb,$(wildcard plugins/flowmart/sources/telemetry/products/*/*.proto))
# Airflow starts many processes: compiled modules are worth their disk space.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run stop status logs backfill replay sql psql retire env migrate migrate-down migrate-status migration catalogue \
	test quick soak lint format lock new-source benchmark benchmark-scale benchmark-extraction \
	benchmark-collector clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/local $(COMPILED) ## start everything, load the history; WAREHOUSE=clickhouse is the other warehouse
	@$(BIN)/python -m local run

stop: .venv/local ## end every process that `make run` started
	@$(BIN)/python -m local stop

status: .venv/local ## which processes are up, and the last run of each instance
	@$(BIN)/python -m local status

logs: .venv/local ## follow the logs; NAME=scheduler follows one of them
	@$(BIN)/python -m local logs $(NAME)

backfill: .venv/local ## load again: SOURCE=phabricator FROM=2026-11-10 TO=2026-11-14
	@$(BIN)/python -m local backfill "$(SOURCE)" "$(FROM)" "$(TO)"

replay: .venv/local ## rebuild from landed files: SOURCE=phabricator; FROM=2026-11-10 TO=2026-11-14 for these days only
	@$(BIN)/python -m local replay "$(SOURCE)" "$(FROM)" "$(TO)"

sql: .venv/local ## query the warehouse: Q="select count(*) from mart.fct_issues" (CSV)
	@$(BIN)/python -m local sql "$$Q"

psql: .venv/local ## open psql on the warehouse, as its reader
	@$(BIN)/python -m local psql

retire: .venv/local ## forget an instance that flowmart.yaml no longer has: INSTANCE=phabricator; ROWS=delete
	@$(BIN)/python -m local retire -- "$(INSTANCE)" "$(ROWS)"

env: ## write what docker-compose.yaml needs into .env: new passwords, and the sandbox
	@sh docker/write_env.sh

migrate: .venv/local ## bring the warehouse's tables up to date
	@$(BIN)/python -m local migrate up

migrate-down: .venv/local ## undo the last migration
	@$(BIN)/python -m local migrate down

migrate-status: .venv/local ## which migrations are applied
	@$(BIN)/python -m local migrate status

migration: .venv/local ## write the migration that the contracts need: NAME=add_sprints (CONTRIBUTING.md)
	@$(BIN)/python -m local.new_migration -- "$$NAME"

catalogue: .venv/dev ## write docs/catalogue.md and .html, the list of tables, from the contracts
	@$(BIN)/python -m local.catalogue

test: .venv/dev .venv/clients/installed $(COMPILED) lint ## check everything: lint, then the tests
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --no-loadscope-reorder

quick: .venv/dev $(COMPILED) ## check in three minutes: lint of what changed, unit tests, SQL on PostgreSQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@files=$$(git ls-files --modified --others --exclude-standard --deduplicate 'include/sql/*.sql' \
		| xargs -r ls -d 2> /dev/null); if [ -n "$$files" ]; then \
		$(BIN)/sqlfluff lint $$files && $(BIN)/sqlfluff lint --config .sqlfluff-clickhouse $$files; fi
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --no-loadscope-reorder $(QUICK)

soak: .venv/dev .venv/clients/installed $(COMPILED) ## random cases by the hundred, and Docker: an hour or two; SEED=123 repeats a case
	SOAK=200 $(BIN)/python -m pytest -m "soak or long_on_clickhouse" --timeout 0

lint: .venv/dev ## ruff, mypy, import-linter, sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=plugins $(BIN)/lint-imports
	$(BIN)/sqlfluff lint include/sql
	$(BIN)/sqlfluff lint --config .sqlfluff-clickhouse include/sql

format: .venv/dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

new-source: .venv/dev ## write the skeleton of a new source: NAME=some_tracker (docs/adding_a_source.md)
	@$(BIN)/python -m local.new_source -- "$$NAME"

benchmark: .venv/local ## measure a big first window and empty ones (docs/benchmarks.md)
	@$(BIN)/python -m benchmarks.pipeline

benchmark-scale: .venv/local ## measure both engines with a lot of history (docs/benchmarks.md)
	@$(BIN)/python -m benchmarks.scale

benchmark-extraction: .venv/local ## measure how fast sources are read over HTTP (docs/benchmarks.md)
	@$(BIN)/python -m benchmarks.extraction

benchmark-collector: .venv/local $(COMPILED) ## measure how many reports the telemetry collector takes (docs/benchmarks.md)
	@$(BIN)/python -m benchmarks.collector

clean: ## stop, then delete what the local stack keeps
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m local clean; fi

lock: .venv/dev ## work out the pins again from pyproject.toml
	./local/lock.sh

.venv/uv: Makefile
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet uv==$(UV_VERSION)
	@touch $@

.venv/local: .venv/uv requirements.txt requirements-local.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements-local.txt
	@touch $@

.venv/dev: .venv/local requirements-dev.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements-dev.txt
	@touch $@

.venv/clients/installed: .venv/dev tests/clients/install.py $(wildcard tests/clients/*.txt)
	$(BIN)/python -m tests.clients.install
	@touch $@

%.binpb: %.proto | .venv/local
	@$(BIN)/python -m collector.compile
