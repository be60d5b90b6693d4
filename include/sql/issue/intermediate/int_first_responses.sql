{# The first comment or change by a person other than the author. What is saved together with the
   creation is none, whoever saved it; bots and rules do not respond. #}
with creations as (
    select distinct
        issue_id,
        edit_id
    from {{ staged('issue_changes') }}
    where field = 'created'
),

responses as (
    select
        changes.issue_id as issue_id,
        min(greatest(changes.changed_at, issues.created_at)) as first_response_at
    from {{ staged('issue_changes') }} as changes
    inner join {{ staged('issues') }} as issues
        on changes.issue_id = issues.issue_id and changes.actor_id <> issues.author_id
    inner join {{ ref('int_actors') }} as actors
        on changes.actor_id = actors.user_id and actors.user_type = 'user'
    left join creations
        on changes.issue_id = creations.issue_id and changes.edit_id = creations.edit_id
    where creations.edit_id is null
    group by 1
),

final as (
    select
        issues.issue_id as issue_id,
        responses.first_response_at as first_response_at,
        {{ seconds_between('issues.created_at', 'responses.first_response_at') }}
            as first_response_seconds
    from {{ staged('issues') }} as issues
    left join responses on issues.issue_id = responses.issue_id
)

select * from final
