{# One row per issue, rule and subject. Rules that are off are found too, as is what is within the
   limit of a rule: readers' view leaves both out, so that changing these settings rebuilds nothing. #}
with told as (
    select * from {{ ref('int_history_findings') }}
    union all
    select * from {{ ref('int_flow_findings') }}
    union all
    select * from {{ ref('int_value_findings') }}
    union all
    select * from {{ ref('int_time_findings') }}
    union all
    select * from {{ ref('int_resolution_findings') }}
    union all
    select * from {{ ref('int_work_findings') }}
    union all
    select * from {{ ref('int_field_findings') }}
    {% if has_part('boards') -%}
    union all
    select * from {{ ref('int_board_findings') }}
    {%- endif %}
    union all
    select * from {{ ref('int_sprint_findings') }}
    union all
    select * from {{ ref('int_calendar_findings') }}
    union all
    select
        issue_id,
        rule,
        issue_id as subject_id,
        detail
    from {{ staged('issue_findings') }}
),

findings as (
    select
        issue_id,
        rule,
        subject_id,
        detail,
        cast(null as {{ type_bigint() }}) as amount
    from told
    union all
    select * from {{ ref('int_repeated_findings') }}
),

final as (
    select
        {{ surrogate_key(
            setting('instance'), ['findings.issue_id', 'findings.rule', 'findings.subject_id']
        ) }} as finding_key,
        {{ setting('instance') }} as instance,
        filters.issue_key,
        findings.rule,
        findings.subject_id as subject,
        findings.detail,
        findings.amount
    from findings
    inner join {{ ref('int_issue_filters') }} as filters on findings.issue_id = filters.issue_id
)

select * from final
