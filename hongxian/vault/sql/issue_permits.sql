-- One use of one number each, until its latest time; with what each rests on.
INSERT INTO vault_permit (city_id, member_id, staff_id, channel, purpose, issued_at, latest_at, how, receipt_id, version_id, campaign_id, message_id)
SELECT %(city_id)s::int, given.member_id, given.staff_id, given.channel, given.purpose, %(now)s::timestamptz, given.latest_at, given.how,
       given.receipt_id, given.version_id, given.campaign_id, given.message_id
  FROM unnest(%(member_ids)s::bigint[], %(staff_ids)s::bigint[], %(channels)s::text[], %(purposes)s::text[],
              %(latest)s::timestamptz[], %(hows)s::text[], %(receipt_ids)s::bigint[], %(version_ids)s::bigint[],
              %(campaign_ids)s::bigint[], %(message_ids)s::bigint[])
       WITH ORDINALITY AS given (member_id, staff_id, channel, purpose, latest_at, how, receipt_id, version_id, campaign_id, message_id, place)
 ORDER BY given.place
RETURNING id, member_id, message_id
