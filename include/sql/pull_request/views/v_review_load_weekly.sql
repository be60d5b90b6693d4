{# How reviews by people are shared in a team: how many reviewed, and how much the busiest one did.
   Nobody is named: this is no ranking. #}
with reviews as (
    select
        instance,
        team,
        {{ week_of('submitted_at', setting('reporting_timezone')) }} as week_on,
        pull_request_key,
        reviewer_key
    from {{ published('fct_reviews') }}
    where is_review_by_person
),

loads as (
    select
        instance,
        team,
        week_on,
        reviewer_key,
        count(*) as own_reviews
    from reviews
    group by instance, team, week_on, reviewer_key
),

reviewed as (
    select
        instance,
        team,
        week_on,
        count(distinct pull_request_key) as pull_requests
    from reviews
    group by instance, team, week_on
),

shared as (
    select
        instance,
        team,
        week_on,
        sum(own_reviews) as reviews,
        count(*) as reviewers,
        max(own_reviews) as most_by_one
    from loads
    group by instance, team, week_on
),

final as (
    select
        shared.instance as instance,
        shared.team as team,
        shared.week_on as week_on,
        cast(shared.reviews as {{ type_bigint() }}) as reviews,
        cast(reviewed.pull_requests as {{ type_bigint() }}) as pull_requests,
        cast(shared.reviewers as {{ type_bigint() }}) as reviewers,
        {{ ratio('shared.reviews', 'shared.reviewers') }} as reviews_per_reviewer,
        {{ ratio('shared.most_by_one', 'shared.reviews') }} as share_of_busiest
    from shared
    inner join reviewed
        on
            shared.instance = reviewed.instance
            and shared.team = reviewed.team
            and shared.week_on = reviewed.week_on
)

select * from final
