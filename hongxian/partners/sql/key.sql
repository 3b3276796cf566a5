-- The key of this number if it opens anything today: what it may, for which partner, in which city.
SELECT key.id AS key_id, partner.id AS partner_id, partner.city_id, key.digest, key.scopes, key.a_minute
  FROM partners_key AS key
  JOIN partners_partner AS partner ON partner.id = key.partner_id
 WHERE key.id = %(key_id)s::bigint AND key.ended_at IS NULL AND partner.ended_at IS NULL AND key.expires_on >= %(today)s::date
