#!/bin/sh
# Databases, roles and tables, before anything uses them. It may be repeated.
set -eu
case ",$COMPOSE_PROFILES," in
    *,sandbox,*) ;;
    *)
        if [ -n "$FLOWMART_SANDBOX_START" ]; then
            echo "FLOWMART_SANDBOX_START replaces every start of flowmart.yaml, but the sandbox is off: remove it" \
                "from .env, or write COMPOSE_PROFILES=sandbox there." >&2
            exit 1
        fi
        ;;
esac
python -m local.compose.databases
python -m flowmart.migrate up
python -m flowmart.migrate grant
airflow db migrate
