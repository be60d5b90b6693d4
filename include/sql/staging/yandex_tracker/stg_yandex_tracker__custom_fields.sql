{# The custom fields of each issue as one JSON object. A field of one queue is called
   `<24 characters>--<key>` and goes by its key. #}
with recursive issues as (
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
        member_value <> 'null'
        and member_name not in (
            select field_id from {{ ref('stg_yandex_tracker__standard_fields') }}
        )
    group by 1, 2
),

numbered as (
    select
        issue_id,
        '"' || field_key || '": ' || field_value as member,
        cast(
            row_number() over (partition by issue_id order by field_key) as {{ type_bigint() }}
        ) as position,
        cast(count(*) over (partition by issue_id) as {{ type_bigint() }}) as member_count
    from named
),

joined as (
    select
        issue_id,
        member as members_so_far,
        position,
        member_count
    from numbered
    where position = 1
    union all
    select
        joined.issue_id as issue_id,
        joined.members_so_far || ', ' || numbered.member as members_so_far,
        numbered.position as position,
        joined.member_count as member_count
    from joined
    inner join numbered
        on
            joined.issue_id = numbered.issue_id
            and joined.position + 1 = numbered.position
),

final as (
    select
        issue_id,
        '{' || members_so_far || '}' as custom_fields
    from joined
    where position = member_count
)

select * from final
