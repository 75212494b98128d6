-- What leaves after its time: documents from the phones, tombstones and receipts from the log.
-- Each function does a bounded part and says how much; called again it goes on where it stopped.

-- Takes up to p_limit documents whose time on the phones is over out of their buckets, with what they brought there.
-- The records themselves stay. Returns how many it took.
create function sync_expire(p_org uuid, p_now timestamptz, p_limit integer) returns integer
language plpgsql as $$
declare
    v_expired uuid[];
    v_moving uuid[];
    v_rev bigint;
    v_placed record;
    v_buckets text[] := '{}';
begin
    -- The revision lock comes first, as in sync_write: what is read below is what the commits before left.
    perform from sync_counters where org_id = p_org for update;
    select coalesce(array_agg(id), '{}') into v_expired
      from (select id from sync_documents
             where org_id = p_org and expires_at < p_now order by expires_at limit p_limit) oldest;
    if cardinality(v_expired) = 0 then
        return 0;
    end if;
    update sync_counters set rev = rev + 1 where org_id = p_org returning rev into v_rev;
    delete from sync_documents where org_id = p_org and id = any(v_expired);
    with unshared as (
        delete from sync_shares where org_id = p_org and source_id = any(v_expired) returning id
    )
    select v_expired || coalesce(array_agg(distinct id), '{}') into v_moving from unshared;
    -- Wave by wave: what follows a document that moved moves along.
    while cardinality(v_moving) > 0 loop
        v_placed := sync_place(p_org, v_rev, v_moving, false);
        v_buckets := v_buckets || v_placed.touched;
        select coalesce(array_agg(id), '{}') into v_moving
          from sync_documents where org_id = p_org and follows_id = any(v_placed.moved);
    end loop;
    perform sync_announce(p_org, v_rev, v_buckets);
    return cardinality(v_expired);
end
$$;

-- Removes up to p_limit receipts that were recorded before p_before and need nobody any more. What failed, and a
-- refusal that nobody has settled, stays. Runs as the owner: the app's role may not delete what has been recorded,
-- and here too nothing goes that is younger than 180 days by the database's own clock.
create function forget_receipts(p_org uuid, p_before timestamptz, p_limit integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_removed integer;
begin
    with old as (
        select r.org_id, r.id from receipts r
         where r.org_id = p_org and r.recorded_at < least(p_before, clock_timestamp() - interval '180 days')
           and (r.status not in ('failed', 'rejected') or r.settled_at is not null)
           and not exists (select from sync_failures f
                            where f.org_id = r.org_id and f.mutation_id = r.id and f.settled_at is null)
         order by r.recorded_at limit p_limit for update skip locked
    )
    delete from receipts r using old where r.org_id = old.org_id and r.id = old.id;
    get diagnostics v_removed = row_count;
    return v_removed;
end
$$;

-- Gives a device a place among those that fetch everything for the first time, unless p_most others have one, in
-- whatever organisation. A place that was not used for p_lease_s seconds is free. One that a device has it keeps.
create function take_first_sync_place(p_org uuid, p_device uuid, p_most integer, p_lease_s integer) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_taken bigint;
begin
    -- Two that count at the same moment would both find the last place free.
    perform pg_advisory_xact_lock(7316002);
    -- Set here and not in the function's head: an owner who is no superuser may not put it there.
    perform set_config('app.operator', 'on', true);
    select count(*) into v_taken from first_syncs
     where seen_at > clock_timestamp() - make_interval(secs => p_lease_s) and (org_id, device_id) <> (p_org, p_device);
    perform set_config('app.operator', '', true);
    if v_taken >= p_most then
        return false;
    end if;
    delete from first_syncs where org_id = p_org and seen_at < clock_timestamp() - interval '1 day';
    insert into first_syncs (org_id, device_id, seen_at) values (p_org, p_device, clock_timestamp())
    on conflict (org_id, device_id) do update set seen_at = excluded.seen_at;
    return true;
end
$$;

-- Figures over all organisations, for whoever watches the server. Numbers only: nothing else may be seen across them.
create function operator_figures(p_lease_s integer, out open_failures bigint, out first_syncs bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform set_config('app.operator', 'on', true);
    select count(*) into open_failures from sync_failures where settled_at is null;
    select count(*) into first_syncs from public.first_syncs f
     where f.seen_at > clock_timestamp() - make_interval(secs => p_lease_s);
    perform set_config('app.operator', '', true);
end
$$;
