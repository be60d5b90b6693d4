{# The fields of each issue that have no column, custom ones and Tracker's own, as one JSON object.
   A field of one queue is called `<24 characters>--<key>` and goes by its key. #}
with issues as (
    select * from {{ raw('issues') }}
),

members as (
    select
        issues.record_id as issue_id,
        member_name,
        cast(member_value as {{ type_text() }}) as member_value
    from issues
    {{ join_json_members('issues.payload', [], 'member_name', 'member_value') }}
),

named as (
    select
        issue_id,
        case
            when substring(member_name, 25, 2) = '--' then substring(member_name, 27)
            else member_name
        end as field_key,
        min(member_value) as field_value
    from members
    where
        member_value not in ('null', '[]')
        and member_name not in (
            select field_id from {{ ref('stg_yandex_tracker__standard_fields') }}
            where not is_carried
        )
    group by 1, 2
),

final as (
    select
        issue_id,
        {{ json_object_of('field_key', 'field_value') }} as custom_fields
    from named
    group by 1
)

select * from final
