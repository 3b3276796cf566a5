-- Everybody in one consultant's hands, what is due first; one trace names them all, and the aliases to be opened.
WITH held AS (
    SELECT holding.* FROM pools_holding AS holding
     WHERE holding.city_id = %(city_id)s::int AND holding.staff_id = %(staff_id)s::bigint
), seen AS (
    SELECT held.member_id FROM held
), trace AS (
    /*include audit/add_trace*/
)
SELECT trace.at AS trace_at, trace.id AS trace_id, %(city_id)s::int AS city_id, held.member_id, city.code AS city_code, held.pool_id,
       held.how, member.grade, member.sex, member.birth_year, member.height_cm, member.education, member.income_band, member.marital,
       member.district, held.held_since, held.held_until, held.call_back_at, held.last_outcome, held.last_contact_at,
       cardinality(held.silent_slots) AS silent
  FROM held JOIN trace ON true
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = held.member_id
  JOIN org_city AS city ON city.id = %(city_id)s::int
 ORDER BY held.call_back_at IS NULL, held.call_back_at, held.last_contact_at NULLS FIRST, held.rank, held.member_id
