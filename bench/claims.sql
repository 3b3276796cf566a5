-- What a claim writes, in bare SQL: no filters, no hint, no former holders, no scope. For pgbench; its placeholders are filled in.
\set staff_id :first_staff + :client_id
WITH quota AS (
    SELECT cap - used AS room, rank_floor FROM pools_quota
     WHERE city_id = :city_id AND staff_id = :staff_id AND day = ':day' AND kind = 'store' AND used < cap FOR UPDATE
), taken AS (
    DELETE FROM pools_entry WHERE city_id = :city_id AND ctid = ANY (ARRAY(
        SELECT ctid FROM pools_entry
         WHERE city_id = :city_id AND pool_id = :pool_id AND rank >= (SELECT rank_floor FROM quota)
         ORDER BY rank LIMIT coalesce((SELECT least(:how_many, room) FROM quota), 0) FOR UPDATE SKIP LOCKED))
    RETURNING member_id, pool_id, rank
), held AS (
    INSERT INTO pools_holding (city_id, member_id, staff_id, pool_id, rank, how, held_since, held_until, last_outcome, silent_slots)
    SELECT :city_id, member_id, :staff_id, pool_id, rank, 'claimed', now(), now() + interval '7 days', '', '{}' FROM taken
    RETURNING member_id, held_until
), ledger AS (
    INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
    SELECT :city_id, now(), ':day', 'claimed', member_id, :staff_id, :staff_id, pool_id, 'store', 1, '' FROM taken
), ground AS (
    INSERT INTO vault_ground (city_id, member_id, staff_id, kind, until)
    SELECT :city_id, member_id, :staff_id, 'claim', held_until FROM held
    ON CONFLICT (city_id, member_id, staff_id, kind) DO UPDATE SET until = excluded.until
), trace AS (
    INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome, reason)
    SELECT :city_id, now(), :staff_id, 'consultant', :store_id, 'desk', 'pools.claim', 'pool.card', 'pool', array_agg(member_id), '{}',
           'allowed', '' FROM held HAVING count(*) > 0
), charged AS (
    UPDATE pools_quota SET used = used + (SELECT count(*) FROM taken)
     WHERE city_id = :city_id AND staff_id = :staff_id AND day = ':day' AND kind = 'store' AND EXISTS (SELECT FROM taken)
), filled AS (
    UPDATE pools_hand SET held = held + (SELECT count(*) FROM taken)
     WHERE city_id = :city_id AND staff_id = :staff_id AND EXISTS (SELECT FROM taken)
)
SELECT member_id, held_until FROM held;
