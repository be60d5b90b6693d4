{# The visits of blockers, of this batch or as published. The first one has no beginning. #}
with blockers as (
    select distinct blocker_key
    from {{ ref('int_blocking_values') }}
    where blocker_key is not null
),

{% if not is_everything -%}
published_visits as (
    select
        issue_key,
        sequence,
        status_category,
        entered_at,
        left_at
    from {{ published('fct_issue_status_intervals') }}
    where
        instance = {{ setting('instance') }}
        and issue_key in (select blocker_key from blockers)
),

{% endif -%}
visits as (
    select
        {{ surrogate_key(setting('instance'), ['issue_id']) }} as blocker_key,
        sequence,
        status_category,
        entered_at,
        left_at
    from {{ ref('int_status_intervals') }}
    {% if not is_everything -%}
    union all
    select
        others.issue_key as blocker_key,
        others.sequence as sequence,
        others.status_category as status_category,
        others.entered_at as entered_at,
        others.left_at as left_at
    from published_visits as others
    left join {{ ref('int_touched_issue') }} as touched on others.issue_key = touched.issue_key
    where touched.issue_key is null
    {%- endif %}
),

final as (
    select
        blocker_key,
        case when sequence = 1 then {{ epoch_to_timestamp('0') }} else entered_at end
            as begins_at,
        left_at as ends_at,
        status_category = 'done' as is_done
    from visits
    where blocker_key in (select blocker_key from blockers)
)

select * from final
