with final as (
    select
        'sprint:' || record_id as sprint_id,
        {{ iso_to_timestamp(json_text('payload', ['startDateTime'])) }} as starts_at,
        {{ iso_to_timestamp(json_text('payload', ['endDateTime'])) }} as ends_at,
        first_told_at,
        last_told_at
    from {{ raw_told('sprints') }}
)

select * from final
