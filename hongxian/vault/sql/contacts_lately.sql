-- How often this member was contacted: on one channel since a moment, and ever on any; company-wide. Showing the same number
-- again to the same person within a quarter of an hour of the first time is the same contact. A permit still good counts as used.
WITH RECURSIVE used AS (
    SELECT permit.staff_id, permit.channel, permit.issued_at
      FROM vault_permit AS permit
     WHERE permit.city_id = %(city_id)s::int AND permit.member_id = %(member_id)s::bigint
       AND (permit.used_at IS NOT NULL OR permit.latest_at > %(now)s::timestamptz)
), contact (staff_id, channel, begins) AS (
    SELECT used.staff_id, used.channel, min(used.issued_at) FROM used GROUP BY used.staff_id, used.channel
     UNION ALL
    SELECT contact.staff_id, contact.channel, later.begins
      FROM contact
     CROSS JOIN LATERAL (SELECT min(used.issued_at) AS begins FROM used
                          WHERE used.staff_id = contact.staff_id AND used.channel = contact.channel
                            AND used.issued_at >= contact.begins + interval '15 minutes') AS later
     WHERE later.begins IS NOT NULL
)
SELECT count(*) FILTER (WHERE contact.channel = %(channel)s::text AND contact.begins > %(since)s::timestamptz) AS contacts,
       count(*) AS ever,
       coalesce(bool_or(contact.staff_id = %(staff_id)s::bigint AND contact.channel = %(channel)s::text
                        AND contact.begins > %(now)s::timestamptz - interval '15 minutes'), false) AS same
  FROM contact
