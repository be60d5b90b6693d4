{# Everyone whom the touched issues mention. #}
{% from "templates/github_actors.sql" import github_actors %}
with mentioned as (
    select
        author_id as user_id,
        author_login as login,
        author_kind as kind
    from {{ ref('stg_github__issue_members') }}
    union distinct
    select
        assignee_id as user_id,
        cast(null as {{ type_text() }}) as login,
        cast(null as {{ type_text() }}) as kind
    from {{ ref('stg_github__issues') }}
    union distinct
    select
        actor_id as user_id,
        actor_login as login,
        actor_kind as kind
    from {{ ref('stg_github__issue_events') }}
    union distinct
    select
        subject_id as user_id,
        coalesce(new_value, old_value) as login,
        subject_kind as kind
    from {{ ref('stg_github__issue_events') }}
    where kind in ('AssignedEvent', 'UnassignedEvent')
),

{{ github_actors(settings_table('option')) }}

select * from final
