-- The change log's core, which now also keeps who changed which field last, and names the buckets in its pokes.
-- Each function runs inside the business transaction, with the caller's rights.

-- Puts the given documents into the buckets in which they belong, and out of those in which they do not.
-- p_rewritten: the document itself changed, so that it is sent again in every bucket; otherwise only what moved is.
-- Returns the ids of those whose set of buckets changed, and the buckets in which something did.
create function sync_place(
    p_org uuid, p_rev bigint, p_ids uuid[], p_rewritten boolean, out moved uuid[], out touched text[]
)
language plpgsql as $$
begin
    with wanted as (
        select d.id, d.entity, own.bucket
          from sync_documents d cross join lateral unnest(d.own_buckets) own(bucket)
         where d.org_id = p_org and d.id = any(p_ids)
        union
        select d.id, d.entity, s.bucket
          from sync_documents d join sync_shares s on s.org_id = p_org and s.id = d.id
         where d.org_id = p_org and d.id = any(p_ids)
        union
        select d.id, d.entity, e.bucket
          from sync_documents d join sync_entries e on e.org_id = p_org and e.id = d.follows_id and e.present
         where d.org_id = p_org and d.id = any(p_ids)
    ),
    held as (
        select id, bucket, rev from sync_entries where org_id = p_org and id = any(p_ids) and present
    ),
    gone as (
        update sync_entries e set present = false, rev = p_rev
          from held h
         where e.org_id = p_org and e.id = h.id and e.bucket = h.bucket
           and not exists (select from wanted w where w.id = h.id and w.bucket = h.bucket)
        returning e.id, e.bucket
    ),
    put as (
        insert into sync_entries (org_id, id, bucket, rev, present, entity)
        select p_org, w.id, w.bucket, p_rev, true, w.entity
          from wanted w left join held h using (id, bucket)
         where p_rewritten or h.id is null
        on conflict (org_id, id, bucket) do update set rev = excluded.rev, present = true
        returning id, bucket
    ),
    delta as (
        select h.bucket, -1 as documents, -sync_hash(h.id, h.rev) as hash
          from held h where exists (select from gone g where g.id = h.id and g.bucket = h.bucket)
                         or exists (select from put p where p.id = h.id and p.bucket = h.bucket)
        union all
        select p.bucket, 1, sync_hash(p.id, p_rev) from put p
    ),
    counted as (
        insert into sync_buckets (org_id, bucket, count, hash)
        select p_org, bucket, sum(documents), mod(mod(sum(hash), 4294967296) + 4294967296, 4294967296)
          from delta group by bucket
        on conflict (org_id, bucket) do update
           set count = sync_buckets.count + excluded.count,
               hash = mod(sync_buckets.hash + excluded.hash, 4294967296)
    )
    select coalesce((select array_agg(distinct id)
                       from (select id from gone
                             union all
                             select p.id from put p left join held h using (id, bucket) where h.id is null) changed), '{}'),
           coalesce((select array_agg(distinct bucket) from delta), '{}')
      into moved, touched;
end
$$;

-- Tells whoever listens in which buckets something changed.
create function sync_announce(p_org uuid, p_rev bigint, p_buckets text[]) returns void
language plpgsql as $$
declare
    v_list text;
begin
    select string_agg(distinct b, ',') into v_list from unnest(p_buckets) b;
    if v_list is not null then
        -- A notification has room for 8,000 bytes: without a list everybody is told.
        perform pg_notify('fieldbook_revision',
                          p_org || ' ' || p_rev || case when octet_length(v_list) < 7900 then ' ' || v_list else '' end);
    end if;
end
$$;

-- Takes the organisation's next revision and writes everything that this transaction changed under it.
-- The counter's row lock is held until commit: revision order is commit order, without gaps, and whatever is read
-- below is what the commits before this one left.
create function sync_write(
    p_org uuid,
    p_ids uuid[], p_entities text[], p_docs text[], p_own_buckets text[], p_follows uuid[], p_expires timestamptz[],
    p_share_sources uuid[], p_share_ids uuid[], p_share_buckets text[],
    p_deleted uuid[],
    p_edited_ids uuid[], p_edited_fields text[], p_actor uuid, p_device uuid, p_now timestamptz,
    p_receipts jsonb
) returns bigint
language plpgsql as $$
declare
    v_rev bigint;
    v_written bigint;
    v_shared uuid[];
    v_roots uuid[];
    v_moved uuid[];
    v_buckets text[];
    v_placed record;
begin
    insert into sync_counters (org_id, rev, floor) values (p_org, 1, 0)
    on conflict (org_id) do update set rev = sync_counters.rev + 1
    returning rev into v_rev;

    if cardinality(p_ids) > 0 then
        insert into sync_documents (org_id, id, entity, doc, own_buckets, follows_id, expires_at)
        select p_org, i, e, d, coalesce(string_to_array(nullif(b, ''), ','), '{}'), f, x
          from unnest(p_ids, p_entities, p_docs, p_own_buckets, p_follows, p_expires) as u(i, e, d, b, f, x)
        on conflict (org_id, id) do update
           set doc = excluded.doc, own_buckets = excluded.own_buckets,
               follows_id = excluded.follows_id, expires_at = excluded.expires_at
         where sync_documents.entity = excluded.entity;
        get diagnostics v_written = row_count;
        if v_written < cardinality(p_ids) then
            raise unique_violation using table = 'sync_documents', constraint = 'pk_sync_documents',
                  message = 'an id of one kind of record was used for another';
        end if;
    end if;

    if cardinality(p_deleted) > 0 then
        delete from sync_documents where org_id = p_org and id = any(p_deleted);
    end if;

    -- What this transaction's records bring into other buckets.
    with new_share as (
        select * from unnest(p_share_sources, p_share_ids, p_share_buckets) as u(source_id, id, bucket)
    ),
    dropped as (
        delete from sync_shares s
         where s.org_id = p_org and s.source_id = any(p_ids || p_deleted)
           and not exists (select from new_share n where n.source_id = s.source_id and n.id = s.id and n.bucket = s.bucket)
        returning s.id
    ),
    added as (
        insert into sync_shares (org_id, id, bucket, source_id)
        select p_org, id, bucket, source_id from new_share
        on conflict do nothing
        returning id
    )
    select coalesce(array_agg(distinct id), '{}') into v_shared
      from (select id from dropped union all select id from added) s
     where id <> all(p_ids);

    -- First what others follow, then the followers, so that these see where the others went.
    select coalesce(array_agg(i), '{}') into v_roots from unnest(p_ids, p_follows) as u(i, f) where f is null;
    v_moved := '{}';
    v_buckets := '{}';
    if cardinality(v_roots) + cardinality(p_deleted) > 0 then
        v_placed := sync_place(p_org, v_rev, v_roots || p_deleted, true);
        v_moved := v_placed.moved;
        v_buckets := v_placed.touched;
    end if;
    if cardinality(v_shared) > 0 then
        v_placed := sync_place(p_org, v_rev, v_shared, false);
        v_moved := v_moved || v_placed.moved;
        v_buckets := v_buckets || v_placed.touched;
    end if;
    if cardinality(v_roots) < cardinality(p_ids) then
        v_placed := sync_place(p_org, v_rev, (select array_agg(i) from unnest(p_ids, p_follows) as u(i, f) where f is not null), true);
        v_buckets := v_buckets || v_placed.touched;
    end if;
    if cardinality(v_moved) > 0 then
        for v_placed in
            select p.* from (select array_agg(id) as ids from sync_documents
                              where org_id = p_org and follows_id = any(v_moved) and id <> all(p_ids)) f,
                            sync_place(p_org, v_rev, f.ids, false) p
             where f.ids is not null
        loop
            v_buckets := v_buckets || v_placed.touched;
        end loop;
    end if;

    if cardinality(p_edited_ids) > 0 then
        insert into field_changes (org_id, record_id, field, rev, actor_id, device_id, changed_at)
        select p_org, i, f, v_rev, p_actor, p_device, p_now from unnest(p_edited_ids, p_edited_fields) as u(i, f)
        on conflict (org_id, record_id, field) do update
           set rev = excluded.rev, actor_id = excluded.actor_id, device_id = excluded.device_id, changed_at = excluded.changed_at;
    end if;

    insert into receipts (org_id, id, device_id, seq, actor_id, door, name, args, digest, status, code, message, fields, refs,
                          subject_entity, subject_id, occurred_at, recorded_at, rev)
    select p_org, r.id, r.device_id, r.seq, r.actor_id, r.door, r.name, r.args, r.digest, r.status, r.code, r.message, r.fields, r.refs,
           r.subject_entity, r.subject_id, r.occurred_at, r.recorded_at, v_rev
      from jsonb_to_recordset(p_receipts) as r(
           id uuid, device_id uuid, seq bigint, actor_id uuid, door text, name text, args jsonb, digest text, status text, code text,
           message text, fields jsonb, refs jsonb, subject_entity text, subject_id uuid, occurred_at timestamptz, recorded_at timestamptz);

    perform sync_announce(p_org, v_rev, v_buckets);
    return v_rev;
end
$$;
