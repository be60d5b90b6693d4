{# Issues that show a field that may say that they are blocked. #}
with final as (
    select distinct shown.issue_id as issue_id
    from {{ staged('shown_fields') }} as shown
    inner join {{ settings_table('blocked') }} as blocked on shown.field = blocked.field
)

select * from final
