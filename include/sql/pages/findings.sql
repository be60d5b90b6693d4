-- What is wrong with issues, by rule, and an issue to look at.
with numbered as (
    select
        findings.rule,
        findings.kind,
        findings.explanation,
        findings.issue_key,
        findings.readable_id,
        findings.url,
        row_number() over (
            partition by findings.rule order by findings.readable_id, findings.finding_key
        ) as choice
    from {{ mart('v_data_quality') }} as findings
    where {{ filtered('findings') }}
)

select
    rule,
    min(kind) as kind,
    min(explanation) as explanation,
    count(*) as finding_count,
    count(distinct issue_key) as issue_count,
    min(case when choice = 1 then readable_id end) as example,
    min(case when choice = 1 then url end) as example_url
from numbered
group by rule
order by min(kind) asc nulls first, count(*) desc, rule asc
