-- Nobody is in two teams at a time, even if named by id in one and by login in the other.
select
    later.member_key,
    earlier.user_ref as also_called,
    earlier.team as also_in
from {{ ref('dim_team_members') }} as earlier
inner join {{ ref('dim_team_members') }} as later on earlier.user_key = later.user_key
where
    earlier.member_key < later.member_key
    and coalesce(earlier.valid_to > later.valid_from, true)
    and coalesce(later.valid_to > earlier.valid_from, true)
