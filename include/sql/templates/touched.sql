{# The keys of an entity that this batch rebuilds: those that it loaded, those whose published rows
   show something that came, changed or is gone, and those whose rows are rebuilt with any of these
   (`followers`). The reason is `loaded`, the dimension, or what the other record is called. `rules`
   are those by which something has changed. #}
with affected as (
    {% for rule in rules %}{% for fact in rule.facts %}
    select
        {{ entity }}_key as record_key,
        '{{ rule.dimension }}' as reason
    from {{ published(fact.fact) }}
    where
        instance = {{ setting('instance') }}
        and {{ fact.key }} in (
            select dimension_key from {{ ref(changes) }}
            where rule = {{ rule.number }}
        )
        and {{ fact.where }}
    union distinct
    {% endfor %}{% endfor %}
    select
        cast(null as {{ type_text() }}) as record_key,
        cast(null as {{ type_text() }}) as reason
    where 1 = 0
),

-- The id out of the key: a look-up would read all published rows where few are affected.
found as (
    select
        {{ surrogate_key(setting('instance'), ['record_id']) }} as record_key,
        record_id,
        1 as is_loaded,
        'loaded' as reason
    from {{ loaded(entity) }}
    union all
    select
        record_key,
        substring(record_key, length({{ setting('instance') }}) + 2) as record_id,
        0 as is_loaded,
        reason
    from affected
),

united as (
    select * from found
    {% for follower in followers if not is_everything %}
    union all
    select
        others.{{ entity }}_key as record_key,
        substring(others.{{ entity }}_key, length({{ setting('instance') }}) + 2) as record_id,
        0 as is_loaded,
        '{{ follower.reason }}' as reason
    from {{ published(follower.fact) }} as others
    left join found as own on others.{{ entity }}_key = own.record_key
    where
        others.instance = {{ setting('instance') }}
        and others.{{ follower.column }} in (select record_key from found)
        and own.record_key is null
    {% endfor %}
),

final as (
    select
        record_key as {{ entity }}_key,
        min(record_id) as {{ entity }}_id,
        case when max(is_loaded) = 1 then 'loaded' else min(reason) end as reason
    from united
    group by record_key
)

select * from final
