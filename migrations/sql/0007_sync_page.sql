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
language sql stable
as $$
    select jsonb_build_object(
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
               and rev > p_known and rev <= p_checkpoint))
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
-- The documents are fetched by one walk through their index, and go out row by row: gathered into one text they would
-- be copied several times.
create function sync_page(
    p_org uuid, p_base bigint, p_reached bigint, p_checkpoint bigint,
    p_buckets text[], p_revs bigint[], p_ids uuid[], p_again boolean[], p_learn text[], p_limit integer, p_bytes integer,
    p_held text[], p_afresh text[], p_sent bigint, p_device uuid, p_actor uuid, p_known bigint
)
returns setof bytea
language plpgsql stable
set enable_nestloop = off set enable_mergejoin = off set work_mem = '16MB' set plan_cache_mode = force_generic_plan
as $$
declare
    v_rev bigint;
    v_floor bigint;
    v_checkpoint bigint;
begin
    select rev, floor into v_rev, v_floor from sync_counters where org_id = p_org;
    if p_reached > coalesce(v_rev, 0) or p_base < v_floor then
        return next 'null'::bytea;
        return;
    end if;
    v_checkpoint := coalesce(p_checkpoint, v_rev, 0);
    return query
    with log as materialized (
        select * from sync_log_page(p_org, v_checkpoint, p_buckets, p_revs, p_ids, p_again, p_learn, p_limit)
                 with ordinality as e(scan, bucket, rev, id, present, entity, place)
    ), kept as materialized (
        select * from (
            select log.*, d.doc, sum(octet_length(d.doc)) over (order by log.place) as bytes
              from log left join (
                   select d.id, d.doc from sync_documents d
                    where d.org_id = p_org and d.id = any(array(select l.id from log l where l.present))) d
                on d.id = log.id) p
         where coalesce(p.bytes - octet_length(p.doc), 0) < p_bytes
    ), summary as (
        select coalesce(jsonb_agg(distinct scan), '[]') as scans, count(*) as sent, max(place) as last,
               count(*) = p_limit or coalesce(max(bytes), 0) >= p_bytes as more
          from kept
    )
    select piece from (
        select place, convert_to('{"bucket":"' || bucket || '","rev":' || rev || ',"op":"' || case when present then 'put' else 'remove' end
                                 || '","entity":"' || entity || '","id":"' || id || '","doc":' || coalesce(doc, 'null') || '}',
                                 'UTF8') as piece
          from kept
         union all
        select null, convert_to((
                   jsonb_build_object(
                       'checkpoint', v_checkpoint, 'scans', scans, 'more', more,
                       'rev', (select rev from kept where place = last), 'id', (select id from kept where place = last),
                       'total', case when more or p_sent > 0
                                     then (select coalesce(sum(count), 0)::bigint
                                             from sync_buckets where org_id = p_org and bucket = any(p_held))
                                     else sent end)
                   || case when more then '{}' else sync_round_end(
                          p_org, p_held,
                          p_afresh || array(select p_buckets[n::integer] from jsonb_array_elements_text(scans) n),
                          v_checkpoint, p_device, p_actor, p_known) end)::text, 'UTF8')
          from summary) p
     order by place;
end
$$;
