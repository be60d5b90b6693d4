-- Contradictions in the source's data, by rule.
select
    findings.rule,
    count(*) as finding_count,
    count(distinct findings.issue_key) as issue_count
from {{ ops('ops_data_quality') }} as findings
inner join {{ mart('fct_issues') }} as issues
    on findings.issue_key = issues.issue_key
where {{ filtered('issues') }}
group by findings.rule
order by finding_count desc, findings.rule asc
