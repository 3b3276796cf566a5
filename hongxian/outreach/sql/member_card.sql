-- The coarse card of one held member and how their holding stands; traced as a look at a card.
WITH seen AS (
    SELECT member.id AS member_id FROM members_member AS member
      JOIN pools_holding AS holding ON holding.city_id = member.city_id AND holding.member_id = member.id
     WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
       AND holding.city_id = %(city_id)s::int AND holding.staff_id = %(staff_id)s::bigint
), trace AS (
    /*include audit/add_trace*/
)
SELECT member.city_id, member.id AS member_id, city.code AS city_code, member.sex, member.birth_year, member.height_cm, member.education,
       member.income_band, member.marital, member.district, member.grade, member.grade_score, member.grade_inputs, member.profiling_off,
       member.intends, member.contact_until, member.contacts, holding.how, holding.held_since, holding.held_until, holding.call_back_at,
       holding.last_outcome, holding.last_contact_at, cardinality(holding.silent_slots) AS silent, member.source, member.store_id
  FROM seen
  JOIN trace ON true
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = seen.member_id
  JOIN pools_holding AS holding ON holding.city_id = %(city_id)s::int AND holding.member_id = seen.member_id
  JOIN org_city AS city ON city.id = %(city_id)s::int
