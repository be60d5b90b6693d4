-- Warning: Every status is mapped to a category.
with unmapped as (
    select
        issue_key,
        status_key
    from {{ ref('fct_issue_status_intervals') }}
    where status_category = 'unknown'
    union distinct
    select
        issue_key,
        status_key
    from {{ ref('fct_issues') }}
    where status_category = 'unknown'
),

named as (
    select distinct
        projects.name as project,
        statuses.instance as instance,
        statuses.name as status
    from unmapped
    inner join {{ ref('fct_issues') }} as issues on unmapped.issue_key = issues.issue_key
    inner join {{ ref('dim_projects') }} as projects on issues.project_key = projects.project_key
    inner join {{ ref('dim_statuses') }} as statuses on unmapped.status_key = statuses.status_key
),

final as (
    select
        'the status ' || status || ' of the project ' || project || ', for which `'''
        || replace(status, '''', '''''') || ''': {category: in_progress}` (or todo, or done) '
        || 'belongs under instances.' || instance || '.statuses in flowmart.yaml' as detail
    from named
)

select detail from final
order by detail
