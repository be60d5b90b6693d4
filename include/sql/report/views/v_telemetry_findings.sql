{# Lines that are no report, with file and line. #}
with final as (
    select
        report_key,
        instance,
        reported_on,
        received_at,
        problem
    from {{ published('fct_telemetry_posts') }}
    where problem is not null
)

select * from final
