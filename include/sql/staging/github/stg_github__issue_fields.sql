{# The filled fields of issues, by name. #}
with members as (
    select
        issues.issue_id,
        place,
        {{ json_texts('item', {
            'kind': ['__typename'], 'name': ['field', 'name'], 'on_date': ['date'],
            'number': ['number'], 'option_name': ['option'], 'content': ['text'],
        }) }},
        {{ json_part('item', ['number']) }} as number_json,
        {{ json_part('item', ['option']) }} as option_json,
        {{ json_part('item', ['date']) }} as date_json,
        {{ json_part('item', ['text']) }} as text_json
    from {{ ref('stg_github__issue_members') }} as issues
    {{ join_numbered_json_items('issues.field_values', [], 'item', 'place') }}
),

ranked as (
    select
        issue_id,
        name,
        coalesce(number, option_name, on_date, content) as value,
        case
            when number is not null then number_json
            when option_name is not null then option_json
            when on_date is not null then date_json
            else text_json
        end as value_json,
        row_number() over (partition by issue_id, name order by place) as choice
    from members
    where name is not null
),

final as (
    select
        issue_id,
        name,
        value,
        value_json
    from ranked
    where choice = 1 and value is not null
)

select * from final
