-- One page of a pull: the changes as they go over the wire, and where they end.
--
-- Scan number k walks the log of p_buckets[k] above (p_revs[k], p_ids[k]) up to revision p_untils[k]; with p_again[k] it
-- gives only what is present of the entities in p_learn. The scans come one after the other until p_limit changes, or
-- with the document that passes p_bytes, the page is full. `scans` says which of them gave something.
--
-- The planner cannot know how many rows lie above a position, and guesses few: it would collect and sort the rest of a
-- bucket for every page. Walking the index in its order costs what the page costs, whatever the bucket holds.
create function sync_page(
    p_org uuid, p_buckets text[], p_revs bigint[], p_ids uuid[], p_untils bigint[], p_again boolean[], p_learn text[],
    p_limit integer, p_bytes integer,
    out changes text, out sent integer, out more boolean, out scans integer[], out rev bigint, out id uuid
)
language plpgsql stable
set enable_bitmapscan = off set enable_seqscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
declare
    v_bytes bigint;
begin
    select string_agg('{"bucket":"' || p.bucket || '","rev":' || p.rev || ',"op":"' || case when p.present then 'put' else 'remove' end
                      || '","entity":"' || p.entity || '","id":"' || p.id || '","doc":' || coalesce(p.doc, 'null') || '}', ','),
           count(*), max(p.bytes), array_agg(p.n), (array_agg(p.rev))[count(*)], (array_agg(p.id))[count(*)]
      into changes, sent, v_bytes, scans, rev, id
      from (
        select e.*, d.doc, sum(octet_length(d.doc)) over (order by e.n, e.rev, e.id rows unbounded preceding) as bytes,
               octet_length(d.doc) as its_bytes
          from (
            select s.n::integer as n, e.*
              from unnest(p_buckets, p_revs, p_ids, p_untils, p_again)
                   with ordinality as s(bucket, rev, id, until, again, n)
             cross join lateral (
                   select e.bucket, e.rev, e.id, e.present, e.entity
                     from sync_entries e
                    where e.org_id = p_org and e.bucket = s.bucket and (e.rev, e.id) > (s.rev, s.id) and e.rev <= s.until
                      and (not s.again or e.present and e.entity = any(p_learn))
                    order by e.rev, e.id
                    limit p_limit) e
             order by s.n, e.rev, e.id
             limit p_limit) e
          left join sync_documents d on e.present and d.org_id = p_org and d.id = e.id) p
     where coalesce(p.bytes - p.its_bytes, 0) < p_bytes;
    changes := coalesce(changes, '');
    -- Apart, because DISTINCT in the aggregate would sort the documents.
    scans := array(select distinct unnest(scans));
    more := sent = p_limit or coalesce(v_bytes, 0) >= p_bytes;
end
$$;
