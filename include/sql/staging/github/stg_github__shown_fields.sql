{# Issue fields that issues have a value of, or had: no snapshot lists them. #}
with final as (
    select
        issue_id,
        'custom:' || name as field
    from {{ ref('stg_github__issue_fields') }}
    union distinct
    select
        issue_id,
        'custom:' || field_name as field
    from {{ ref('stg_github__issue_events') }}
    where field_name is not null
)

select * from final
