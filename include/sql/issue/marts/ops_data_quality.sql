{# One row per issue and rule; findings of boards have one per board. #}
with findings as (
    select * from {{ ref('int_history_findings') }}
    union all
    select * from {{ ref('int_flow_findings') }}
    {% if has_part('boards') -%}
    union all
    select * from {{ ref('int_board_findings') }}
    {%- endif %}
    union all
    select * from {{ ref('int_field_findings') }}
    union all
    select * from {{ ref('int_sprint_findings') }}
    union all
    select * from {{ ref('int_assignment_findings') }}
    union all
    select
        issue_id,
        rule,
        issue_id as subject_id,
        detail
    from {{ staged('issue_findings') }}
),

final as (
    select
        {{ surrogate_key(
            setting('instance'), ['findings.issue_id', 'findings.rule', 'findings.subject_id']
        ) }} as finding_key,
        {{ setting('instance') }} as instance,
        filters.issue_key,
        findings.rule,
        findings.detail
    from findings
    inner join {{ ref('int_issue_filters') }} as filters on findings.issue_id = filters.issue_id
)

select * from final
