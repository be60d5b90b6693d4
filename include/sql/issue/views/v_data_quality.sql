{# What is wrong with issues that are there, and what to do about it, by the rules that are on. #}
with findings as (
    select
        finding_key,
        instance,
        issue_key,
        rule,
        subject,
        detail,
        amount
    from {{ published('ops_data_quality') }}
    union all
    select
        finding_key,
        instance,
        issue_key,
        rule,
        issue_key as subject,
        detail,
        cast(null as {{ type_bigint() }}) as amount
    from {{ published('v_current_findings') }}
),

final as (
    select
        findings.finding_key as finding_key,
        findings.instance as instance,
        findings.issue_key as issue_key,
        issues.readable_id as readable_id,
        issues.title as title,
        issues.url as url,
        issues.project_key as project_key,
        issues.team as team,
        issues.issue_type as issue_type,
        issues.level as level,
        issues.sprint as sprint,
        issues.quarter as quarter,
        findings.rule as rule,
        rules.kind as kind,
        findings.detail as detail,
        replace(
            replace(rules.next_step, '{instance}', findings.instance),
            '{subject}', replace(findings.subject, '''', '''''')
        ) as next_step,
        rules.explanation as explanation
    from findings
    inner join {{ published('fct_issues') }} as issues
        on findings.issue_key = issues.issue_key and issues.missing_reason is null
    left join {{ published('ops_rules') }} as rules
        on findings.instance = rules.instance and findings.rule = rules.rule
    where coalesce(rules.is_on, true) and coalesce(findings.amount > rules.more_than, true)
)

select * from final
