{# What models of telemetry share. Paths of members come from the product's description. #}

{# CTEs `records` and `reports`: reports with what says whose they are, and whether they are of
   production: the version of each component is three numbers. #}
{% macro reports_in(rows, product) -%}
records as (
    select
        record_id,
        payload
    from {{ rows }}
),

{% if product.components %}
developing as (
    select distinct records.record_id as record_id
    from records
    {{ join_json_items('records.payload', ['report'] + product.components.list.split('.'), 'item') }}
    where
        not coalesce(
            {{ has_match(json_text('item', [product.components.version]), "'^[0-9]+[.][0-9]+[.][0-9]+$'") }},
            false
        )
),
{% endif %}

reports as (
    select
        records.record_id as report_id,
        {{ iso_to_timestamp(json_text('records.payload', ['received_at'])) }} as received_at,
        {{ iso_to_timestamp(json_text('records.payload', ['first_seen_at'])) }} as first_seen_at,
        {{ json_text('records.payload', ['problem']) }} as problem,
        {{ lower_ascii(json_text('records.payload', ['report'] + product.system.split('.'))) }}
            as system_id,
        {% if product.components %}
        developing.record_id is not null as has_development_version
        {% else %}
        false as has_development_version
        {% endif %}
    from records
    {% if product.components %}
    left join developing on records.record_id = developing.record_id
    {% endif %}
)
{%- endmacro %}

{# CTE `shown`: of each system and day of the slices, the first report; one that counts, if there
   is any. #}
{% macro shown_reports(posts, slices) -%}
ranked as (
    select
        *,
        row_number() over (
            partition by reported_on, system_key
            order by case when is_counted then 0 else 1 end, received_at, report_id
        ) as choice,
        count(*) over (partition by reported_on, system_key) as received_reports,
        sum(case when is_counted then 0 else 1 end) over (
            partition by reported_on, system_key
        ) as dropped_reports
    from {{ posts }} as posts
    where system_key is not null and reported_on in (select reported_on from {{ slices }})
),

shown as (
    select * from ranked
    where choice = 1
)
{%- endmacro %}

{# Name or version of a component, an `item`. They are parts of keys, and PostgreSQL's indexes take
   2,704 bytes; whoever sends a report says how long they are. #}
{% macro component_text(member) -%}
{{ first_characters(json_text('item', [member]), 200) }}
{%- endmacro %}

{# The first two parts of a version; one without a dot is all of it. #}
{% macro first_two_parts(version) -%}
case
    when position('.' in {{ version }}) = 0 or position('.' in {{ _behind_dot(version) }}) = 0
        then {{ version }}
    else substring(
        {{ version }},
        1,
        position('.' in {{ version }}) + position('.' in {{ _behind_dot(version) }}) - 1
    )
end
{%- endmacro %}

{# The first and second number of a version of two parts; null where they are none. #}
{% macro major_of(version) -%}
{{ text_to_bigint(
    "case when position('.' in " ~ version ~ ") = 0 then " ~ version ~ " else substring("
    ~ version ~ ", 1, position('.' in " ~ version ~ ") - 1) end", 9
) }}
{%- endmacro %}

{% macro minor_of(version) -%}
{{ text_to_bigint(
    "case when position('.' in " ~ version ~ ") > 0 then " ~ _behind_dot(version) ~ " end", 9
) }}
{%- endmacro %}

{# A version of PostgreSQL as people write it; before 10 it had three parts. #}
{% macro database_version_text(version) -%}
case
    when {{ version }} >= 100000
        then {{ _quotient(version, 10000) }} || '.' || {{ _rest(version, 10000, 1) }}
    when {{ version }} > 0
        then {{ _quotient(version, 10000) }} || '.' || {{ _rest(version, 10000, 100) }}
            || '.' || {{ _rest(version, 100, 1) }}
    else 'Unknown'
end
{%- endmacro %}

{# The power of two that a number is not above, 0 for 0. #}
{% macro bucket_of(number) -%}
case
    when {{ number }} <= 0 then 0
    {% for exponent in range(32) %}when {{ number }} <= {{ 2 ** exponent }} then {{ 2 ** exponent }} {% endfor %}
    else {{ 2 ** 32 }}
end
{%- endmacro %}

{# CTE `finished`: rows of a daily table up to the last day that is known without a hole. #}
{% macro finished_days(daily, as_of, columns) -%}
finished as (
    select
        {% for column in columns %}
        daily.{{ column }} as {{ column }},
        {% endfor %}
        daily.instance as instance,
        daily.reported_on as reported_on
    from {{ daily }} as daily
    inner join {{ as_of }} as as_of on daily.instance = as_of.instance
    where daily.reported_on < {{ day_of('as_of.as_of_at', "'UTC'") }}
)
{%- endmacro %}

{# CTE `names`: a name for each bucket that there is, by `keys`: it begins behind the one
   before, and 0 begins the first. #}
{% macro bucket_names(rows, keys) -%}
buckets as (
    select distinct
        {{ keys | join(', ') }},
        bucket
    from {{ rows }}
),

begun as (
    select
        *,
        coalesce(
            {{ lag('bucket') }} over (partition by {{ keys | join(', ') }} order by bucket), -1
        ) + 1 as first_number
    from buckets
),

names as (
    select
        {{ keys | join(', ') }},
        bucket,
        case
            when first_number = bucket then cast(bucket as {{ type_text() }})
            else cast(first_number as {{ type_text() }}) || '-' || cast(bucket as {{ type_text() }})
        end as bucket_name
    from begun
)
{%- endmacro %}

{# Parts of the above. #}
{% macro _behind_dot(version) -%}
substring({{ version }}, position('.' in {{ version }}) + 1)
{%- endmacro %}

{% macro _quotient(number, divisor) -%}
cast(cast(floor({{ number }} / {{ divisor }}) as {{ type_bigint() }}) as {{ type_text() }})
{%- endmacro %}

{% macro _rest(number, divisor, unit) -%}
cast(
    cast(floor(({{ number }} % {{ divisor }}) / {{ unit }}) as {{ type_bigint() }})
    as {{ type_text() }}
)
{%- endmacro %}
