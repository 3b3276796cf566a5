-- Noes of lately whose member's record does not say so: the job that settles them was lost.
WITH lately AS MATERIALIZED (
    SELECT DISTINCT number.member_id
      FROM consent_suppression AS suppression
      JOIN members_number AS number ON number.number_hash = suppression.number_hash AND number.city_id = %(city_id)s::int
     WHERE suppression.recorded_at > %(since)s::timestamptz AND suppression.recorded_at < %(before)s::timestamptz
), met AS MATERIALIZED (
    SELECT member.id, member.number_hashes
      FROM lately JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = lately.member_id
     WHERE member.suppressed_at IS NULL AND member.state <> 'erased'
), number AS MATERIALIZED (
    SELECT unnest(met.number_hashes) AS hash FROM met
), /*include consent/noes*/
SELECT %(city_id)s::int AS city_id, member.id AS member_id FROM met AS member WHERE /*include consent/said_no*/
