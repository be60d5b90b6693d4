{# Rows of raw tables: the latest version of each record. #}

{# Table expression: the records of an instance's latest snapshot; an empty one has a row without an
   id. #}
{% macro latest_records(table, instance) -%}
{% set condition -%}
records.instance = {{ instance }}
        and records.record_id != ''
        and records.landed_at = (
            select max(landed_at) from {{ table }}
            where instance = {{ instance }}
        )
{%- endset -%}
{{ _latest(table, condition) }}
{%- endmacro %}

{# Table expression: the latest version of each record of some keys. `keys` is a query of their ids,
   `column` is the id in the table. #}
{% macro latest_records_of(table, instance, keys, column) -%}
{% set condition -%}
records.instance = {{ instance }}
        and records.entity_id in ({{ keys }})
        and records.{{ column }} is not null
{%- endset -%}
{{ _latest(table, condition) }}
{%- endmacro %}

{# Table expression: all that the snapshots of an instance told of each record, and since when and
   until when, for streams that keep it. #}
{% macro told_records(table, instance) -%}
(
    select
        toNullable(record_id) as record_id,
        toNullable(argMax(payload, landed_at)) as payload,
        {{ epoch_ms_to_timestamp("version") }} as first_told_at,
        toNullable(max(landed_at)) as last_told_at
    from {{ table }}
    where instance = {{ instance }} and record_id != ''
    group by record_id, version
) as told_records
{%- endmacro %}

{# Table expression: the ids of all records of an instance. #}
{% macro ids_in_raw(table, instance) -%}
(
    select distinct toNullable(record_id) as record_id
    from {{ table }}
    where instance = {{ instance }}
) as ids_in_raw
{%- endmacro %}

{# Parts of the above. #}

{# Most records have one row, which is read as it is stored; the others are sorted. `final` would
   compare all rows with each other. #}
{% macro _latest(table, condition) -%}
(
    select {{ _record() }}
    from {{ table }} as records
    where {{ condition }} and records.record_id not in {{ _repeated(table, condition) }}
    union all
    select {{ _record() }}
    from {{ table }} as records
    where {{ condition }} and records.record_id in {{ _repeated(table, condition) }}
    qualify
        row_number() over (
            partition by records.record_id order by records.version desc, records.landed_at desc
        ) = 1
) as latest_records
{%- endmacro %}

{% macro _record() -%}
toNullable(records.record_id) as record_id,
        records.parent_id as parent_id,
        toNullable(records.version) as version,
        toNullable(records.payload) as payload
{%- endmacro %}

{% macro _repeated(table, condition) -%}
(
        select records.record_id
        from {{ table }} as records
        where {{ condition }}
        group by records.record_id
        having count(*) > 1
    )
{%- endmacro %}
