{# Everyone whom the touched pull requests and deployments mention, and all members. #}
{% from "templates/github_actors.sql" import github_actors %}
with mentioned as (
    select
        author_id as user_id,
        author_login as login,
        author_kind as kind
    from {{ ref('stg_github__pull_requests') }}
    union distinct
    select
        merged_by_id as user_id,
        cast(null as {{ type_text() }}) as login,
        cast(null as {{ type_text() }}) as kind
    from {{ ref('stg_github__pull_requests') }}
    union distinct
    select
        actor_id as user_id,
        actor_login as login,
        actor_kind as kind
    from {{ ref('stg_github__pull_request_events') }}
    union distinct
    select
        creator_id as user_id,
        creator_login as login,
        creator_kind as kind
    from {{ ref('stg_github__deployments') }}
    union distinct
    select
        user_id,
        login,
        cast(null as {{ type_text() }}) as kind
    from {{ ref('stg_github__member_users') }}
),

{{ github_actors(settings_table('option')) }}

select * from final
