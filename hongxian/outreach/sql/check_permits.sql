-- Invariant: a text or call that went out has a used permit of its own: for this member, by this sender, for nothing else.
WITH use AS (
    SELECT 'text' AS channel, message.permit_id, message.member_id, message.staff_id, message.id
      FROM outreach_message AS message
     WHERE message.city_id = %(city_id)s::int AND message.handing_at >= %(begins)s::timestamptz
       AND message.state IN ('handing', 'handed', 'delivered', 'failed', 'unknown')
     UNION ALL
    SELECT 'call', call.permit_id, call.member_id, call.staff_id, call.id
      FROM outreach_placedcall AS call
     WHERE call.city_id = %(city_id)s::int AND call.member_at >= %(begins)s::timestamptz
), counted AS (
    SELECT use.*, count(*) OVER (PARTITION BY use.permit_id) AS uses FROM use
)
SELECT counted.channel, counted.id, counted.member_id, counted.permit_id, counted.uses
  FROM counted
  LEFT JOIN vault_permit AS permit ON permit.city_id = %(city_id)s::int AND permit.id = counted.permit_id
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = counted.member_id
 WHERE member.state <> 'erased'
   AND (counted.uses > 1 OR permit.used_at IS NULL OR permit.member_id <> counted.member_id OR permit.staff_id <> counted.staff_id)
 ORDER BY 1, 2
