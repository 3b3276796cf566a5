-- Noes of lately whose member's record does not say so: the job that settles them was lost.
SELECT DISTINCT member.city_id, member.id AS member_id
  FROM consent_suppression AS suppression
  JOIN members_number AS number ON number.city_id = %(city_id)s::int AND number.number_hash = suppression.number_hash
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = number.member_id
 WHERE suppression.recorded_at > %(since)s::timestamptz AND suppression.recorded_at < %(before)s::timestamptz
   AND member.suppressed_at IS NULL AND member.state <> 'erased' AND /*include consent/said_no*/
