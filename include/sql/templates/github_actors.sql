{# CTEs up to `final`: what everyone of a relation `mentioned` (user_id, login, kind) is.
   `options` is the table of settings. #}
{% macro github_actors(options) -%}
bots as (
    select value as login from {{ options }}
    where name = 'bots'
),

known as (
    select
        mentioned.user_id as user_id,
        max(mentioned.kind) as kind,
        max(case when bots.login is not null or mentioned.login like '%[bot]' then 1 else 0 end)
            as is_bot
    from mentioned
    left join bots on mentioned.login = bots.login
    where mentioned.user_id is not null
    group by 1
),

final as (
    select
        user_id,
        case
            when is_bot = 1 or kind = 'Bot' then 'bot'
            when kind = 'Organization' then 'list'
            when kind = 'Mannequin' then 'unknown'
            else 'user'
        end as user_type
    from known
)
{%- endmacro %}
