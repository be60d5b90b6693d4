-- Nobody is in two teams at a time, even if named by id in one and by login in the other.
select
    later.member_key,
    earlier.user_ref as also_called,
    earlier.team as also_in
from {{ ref('dim_team_members') }} as earlier
inner join {{ ref('dim_team_members') }} as later on earlier.user_key = later.user_key
where
    earlier.member_key < later.member_key
    and (earlier.valid_to is null or later.valid_from is null or earlier.valid_to > later.valid_from)
    and (later.valid_to is null or earlier.valid_from is null or later.valid_to > earlier.valid_from)
