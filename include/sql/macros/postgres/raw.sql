{# Rows of raw tables: the latest version of each record. #}

{# Table expression: the records of an instance's latest snapshot; an empty one has a row without an
   id. #}
{% macro latest_records(table, instance) -%}
(
    select records.record_id, records.parent_id, records.version, records.payload
    from {{ table }} as records
    where
        records.instance = {{ instance }}
        and records.record_id <> ''
        and records.landed_at = (
            select max(landed_at) from {{ table }}
            where instance = {{ instance }}
        )
        and {{ _is_latest(table, "and newer.landed_at = records.landed_at") }}
) as latest_records
{%- endmacro %}

{# Table expression: the latest version of each record of some keys. `keys` is a query of their ids,
   `column` is the id in the table. #}
{% macro latest_records_of(table, instance, keys, column) -%}
(
    select records.record_id, records.parent_id, records.version, records.payload
    from ({{ keys }}) as wanted (id)
    inner join {{ table }} as records
        on records.instance = {{ instance }} and wanted.id = records.{{ column }}
    where {{ _is_latest(table) }}
) as latest_records
{%- endmacro %}

{# Table expression: all that the snapshots of an instance told of each record, and since when and
   until when, for streams that keep it. #}
{% macro told_records(table, instance) -%}
(
    select
        record_id,
        payload,
        {{ epoch_ms_to_timestamp("version") }} as first_told_at,
        landed_at as last_told_at
    from {{ table }}
    where instance = {{ instance }} and record_id <> ''
) as told_records
{%- endmacro %}

{# Table expression: the ids of all records of an instance. #}
{% macro ids_in_raw(table, instance) -%}
(
    select distinct record_id
    from {{ table }}
    where instance = {{ instance }}
) as ids_in_raw
{%- endmacro %}

{# Parts of the above. #}
{% macro _is_latest(table, condition="") -%}
not exists (
    select 1
    from {{ table }} as newer
    where
        newer.instance = records.instance
        and newer.record_id = records.record_id
        and newer.version > records.version
        {{ condition }}
)
{%- endmacro %}
