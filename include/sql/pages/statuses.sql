-- Issues by their current status, without those that the source has deleted.
select
    issues.status_name,
    issues.status_category,
    count(*) as issue_count
from {{ mart('fct_issues') }} as issues
where {{ filtered('issues') }} and not issues.is_deleted
group by issues.status_name, issues.status_category
order by issue_count desc, issues.status_name asc
