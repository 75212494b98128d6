-- One page of a pull: the changes as they go over the wire, where they end, and at the end of a round what is told there.

-- The entries of a page, in its order. Scan number k walks the log of p_buckets[k] above (p_revs[k], p_ids[k]) up to
-- revision p_until; with p_again[k] it gives only what is present of the entities in p_learn. The scans come one after
-- the other.
--
-- The planner cannot know how many rows lie above a position, and guesses few: it would collect and sort the rest of a
-- bucket for every page. Walking the index in its order costs what the page costs, whatever the bucket holds.
create function sync_log_page(
    p_org uuid, p_until bigint, p_buckets text[], p_revs bigint[], p_ids uuid[], p_again boolean[], p_learn text[],
    p_limit integer
)
returns table (scan bigint, bucket text, rev bigint, id uuid, present boolean, entity text)
language plpgsql stable
set enable_bitmapscan = off set enable_seqscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
begin
    return query
    select s.n, e.*
      from unnest(p_buckets, p_revs, p_ids, p_again) with ordinality as s(bucket, rev, id, again, n)
     cross join lateral (
           select e.bucket, e.rev, e.id, e.present, e.entity
             from sync_entries e
            where e.org_id = p_org and e.bucket = s.bucket and (e.rev, e.id) > (s.rev, s.id) and e.rev <= p_until
              and (not s.again or e.present and e.entity = any(p_learn))
            order by e.rev, e.id
            limit p_limit) e
     where (s.rev, s.id) < (p_until, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by s.n, e.rev, e.id
     limit p_limit;
end
$$;

-- What is told at the end of a round: the checksums of the buckets that changed, how much the person holds, and whether
-- anything became of what the device did. A bucket that has changed since the checkpoint cannot be compared now.
create function sync_round_end(
    p_org uuid, p_held text[], p_changed text[], p_checkpoint bigint, p_device uuid, p_actor uuid, p_known bigint
)
returns jsonb
language plpgsql stable
as $$
begin
    return jsonb_build_object(
        'checksums', (
            select coalesce(jsonb_agg(jsonb_build_object(
                       'bucket', b.bucket, 'count', coalesce(s.count, 0), 'hash', coalesce(s.hash, 0))), '[]')
              from unnest(p_held) b(bucket) left join sync_buckets s on s.org_id = p_org and s.bucket = b.bucket
             where b.bucket = any(p_changed)
               and not exists (select from sync_entries e
                                where e.org_id = p_org and e.bucket = b.bucket and e.rev > p_checkpoint)),
        'has_receipts', exists (
            select from receipts
             where org_id = p_org and device_id = p_device and actor_id = p_actor and seq is not null
               and rev > p_known and rev <= p_checkpoint));
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
create function sync_page(
    p_org uuid, p_base bigint, p_reached bigint, p_checkpoint bigint,
    p_buckets text[], p_revs bigint[], p_ids uuid[], p_again boolean[], p_learn text[], p_limit integer, p_bytes integer,
    p_held text[], p_afresh text[], p_sent bigint, p_device uuid, p_actor uuid, p_known bigint
)
returns setof bytea
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
        return next 'null'::bytea;
        return;
    end if;
    v_checkpoint := coalesce(p_checkpoint, v_rev, 0);
    for v_change in
        with log as materialized (
            select * from sync_log_page(p_org, v_checkpoint, p_buckets, p_revs, p_ids, p_again, p_learn, p_limit)
                     with ordinality as e(scan, bucket, rev, id, present, entity, place)
        )
        select log.scan, log.rev, log.id, octet_length(d.doc) as bytes,
               convert_to('{"bucket":"' || log.bucket || '","rev":' || log.rev || ',"op":"' || case when log.present then 'put' else 'remove' end
                          || '","entity":"' || log.entity || '","id":"' || log.id || '","doc":' || coalesce(d.doc, 'null') || '}',
                          'UTF8') as piece
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
    return next convert_to((
        jsonb_build_object('checkpoint', v_checkpoint, 'more', v_more, 'total', case
            when v_more or p_sent > 0
            then (select coalesce(sum(count), 0)::bigint from sync_buckets where org_id = p_org and bucket = any(p_held))
            else v_sent end)
        || case when v_more
                then jsonb_build_object('scan', v_change.scan, 'rev', v_change.rev, 'id', v_change.id)
                else sync_round_end(p_org, p_held, p_afresh || array(select p_buckets[n] from unnest(v_scans) n),
                                    v_checkpoint, p_device, p_actor, p_known) end)::text, 'UTF8');
end
$$;
