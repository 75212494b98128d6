-- Puts the given documents into the buckets in which they belong, and out of those in which they do not.
-- p_rewritten: the document itself changed, so that it is sent again in every bucket; otherwise only what moved is.
-- Returns the ids of those whose set of buckets changed, and the buckets in which something did.
--
-- What lies in a bucket already is updated, and only what comes is inserted: to insert, find that it is there, lock it
-- and then update it is twice the work, and nearly everything is there already.
create or replace function sync_place(
    p_org uuid, p_rev bigint, p_ids uuid[], p_rewritten boolean, out moved uuid[], out touched text[]
)
language plpgsql as $$
begin
    with given as materialized (
        select id, entity, own_buckets, follows_id from sync_documents where org_id = p_org and id = any(p_ids)
    ),
    wanted as (
        select g.id, g.entity, own.bucket from given g cross join lateral unnest(g.own_buckets) own(bucket)
        union
        select g.id, g.entity, s.bucket
          from given g join sync_shares s on s.org_id = p_org and s.id = g.id
        union
        select g.id, g.entity, e.bucket
          from given g join sync_entries e on e.org_id = p_org and e.id = g.follows_id and e.present
    ),
    held as (
        select e.id, e.bucket, e.rev, w.id is not null as stays
          from sync_entries e left join wanted w using (id, bucket)
         where e.org_id = p_org and e.id = any(p_ids) and e.present
    ),
    renewed as (
        update sync_entries e set present = h.stays, rev = p_rev
          from held h
         where e.org_id = p_org and e.id = h.id and e.bucket = h.bucket and (p_rewritten or not h.stays)
        returning e.id, e.bucket, h.rev as former, e.present
    ),
    come as (
        insert into sync_entries (org_id, id, bucket, rev, present, entity)
        select p_org, w.id, w.bucket, p_rev, true, w.entity
          from wanted w where not exists (select from held h where h.id = w.id and h.bucket = w.bucket)
        on conflict (org_id, id, bucket) do update set rev = excluded.rev, present = true
        returning id, bucket
    ),
    delta as (
        select bucket, -1 as documents, -sync_hash(id, former) as hash from renewed
        union all
        select bucket, 1, sync_hash(id, p_rev) from renewed where present
        union all
        select bucket, 1, sync_hash(id, p_rev) from come
    ),
    counted as (
        insert into sync_buckets (org_id, bucket, count, hash)
        select p_org, bucket, sum(documents), mod(mod(sum(hash), 4294967296) + 4294967296, 4294967296)
          from delta group by bucket
        on conflict (org_id, bucket) do update
           set count = sync_buckets.count + excluded.count,
               hash = mod(sync_buckets.hash + excluded.hash, 4294967296)
        returning bucket
    )
    select coalesce((select array_agg(distinct id)
                       from (select id from renewed where not present union all select id from come) changed), '{}'),
           coalesce((select array_agg(bucket) from counted), '{}')
      into moved, touched;
end
$$;
