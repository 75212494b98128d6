-- What a pull asks, in two messages: who asks, and the page.

-- Whom an access token speaks for, as JSON, or null. Asked at every request, and so in PL/pgSQL, which plans it once.
create function caller(p_org uuid, p_user uuid, p_device uuid, p_now timestamptz) returns jsonb
language plpgsql stable
as $$
begin
    return (
        select jsonb_build_object(
                   'user_id', u.id, 'roles', u.roles, 'active', u.active, 'today', here.today,
                   'territories', granted_territories(u.org_id, u.id, here.today),
                   'revoked', d.revoked_at is not null, 'revoked_because', d.revoked_because,
                   'signed_in', d.token_hash is not null)
          from users u
          join devices d on d.org_id = u.org_id and d.user_id = u.id
          join organisations o on o.org_id = u.org_id and o.id = u.org_id
         cross join lateral (select (p_now at time zone o.time_zone)::date as today) here
         where u.org_id = p_org and u.id = p_user and d.id = p_device);
end
$$;

-- The changes, each as a piece of JSON, until p_limit of them, or with the document that passes p_bytes, the page is
-- full; behind them one piece that says the rest. A round leads to p_checkpoint; one that begins now, to the present
-- revision. For a device that cannot go on from where it is there is nothing but `null`: its cursor lies below the
-- tombstone floor (p_base), so that what left since is no longer known, or ahead of this server (p_reached), which was
-- restored from a backup.
--
-- p_held are the person's buckets, of which those in p_afresh are told with their checksums at the end of the round in
-- any case. p_sent were sent in this round before.
--
-- The documents are fetched by one walk through their index (the planner would rather read all of the organisation's),
-- and go out row by row: gathered into one text they would be copied several times.
create function pull_page(
    p_org uuid, p_base bigint, p_reached bigint, p_checkpoint bigint,
    p_buckets text[], p_revs bigint[], p_ids uuid[], p_again boolean[], p_learn text[], p_limit integer, p_bytes integer,
    p_held text[], p_afresh text[], p_sent bigint, p_device uuid, p_actor uuid, p_known bigint
)
returns setof text
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_nestloop = off set enable_mergejoin = off
set work_mem = '16MB' set plan_cache_mode = force_generic_plan
as $$
declare
    v_rev bigint;
    v_floor bigint;
    v_checkpoint bigint;
    v_change record;
    v_sent integer := 0;
    v_bytes bigint := 0;
    v_scans bigint[] := '{}';
    v_more boolean;
begin
    select rev, floor into v_rev, v_floor from sync_counters where org_id = p_org;
    if p_reached > coalesce(v_rev, 0) or p_base < v_floor then
        return next 'null';
        return;
    end if;
    v_checkpoint := coalesce(p_checkpoint, v_rev, 0);
    for v_change in
        with log as materialized (
            select * from sync_log_page(p_org, v_checkpoint, p_buckets, p_revs, p_ids, p_again, p_learn, p_limit)
                     with ordinality as e(scan, bucket, rev, id, present, entity, place)
        )
        select log.scan, log.rev, log.id, octet_length(d.doc) as bytes,
               concat('{"bucket":"', log.bucket, '","rev":', log.rev,
                      case when log.present then ',"op":"put","entity":"' else ',"op":"remove","entity":"' end,
                      log.entity, '","id":"', log.id, '","doc":') || coalesce(d.doc, 'null') || '}' as piece
          from log left join (
               select d.id, d.doc from sync_documents d
                where d.org_id = p_org and d.id = any(array(select l.id from log l where l.present))) d
            on d.id = log.id
         order by log.place
    loop
        return next v_change.piece;
        v_sent := v_sent + 1;
        v_bytes := v_bytes + coalesce(v_change.bytes, 0);
        if v_change.scan is distinct from v_scans[cardinality(v_scans)] then
            v_scans := v_scans || v_change.scan;
        end if;
        exit when v_bytes >= p_bytes;
    end loop;
    v_more := v_sent = p_limit or v_bytes >= p_bytes;
    return next (
        jsonb_build_object('checkpoint', v_checkpoint, 'more', v_more, 'total', case
            when v_more or p_sent > 0
            then (select coalesce(sum(count), 0)::bigint from sync_buckets where org_id = p_org and bucket = any(p_held))
            else v_sent end)
        || case when v_more
                then jsonb_build_object('scan', v_change.scan, 'rev', v_change.rev, 'id', v_change.id)
                else sync_round_end(p_org, p_held, p_afresh || array(select p_buckets[n] from unnest(v_scans) n),
                                    v_checkpoint, p_device, p_actor, p_known) end)::text;
end
$$;
