-- The territories in which a person works on a day, each with its dispatch area, as JSON. A member of a territory has it
-- and all below it; an admin has everything. Asked at every request, and so in PL/pgSQL, which plans it once.
create function granted_territories(p_org uuid, p_user uuid, p_today date) returns jsonb
language plpgsql stable
as $$
begin
    return (
    with recursive granted as (
        select t.id, t.area_id
          from users u join territories t on t.org_id = u.org_id
         where u.org_id = p_org and u.id = p_user and u.roles ? 'admin'
         union
        select t.id, t.area_id
          from memberships m join territories t on t.org_id = m.org_id and t.id = m.territory_id
         where m.org_id = p_org and m.user_id = p_user
           and m.starts_on <= p_today and (m.ends_on is null or m.ends_on >= p_today)
         union
        select below.id, below.area_id
          from granted join territories below on below.org_id = p_org and below.parent_id = granted.id
    )
    select coalesce(jsonb_agg(jsonb_build_array(id, area_id) order by id), '[]') from granted);
end
$$;
