-- What the visitor corrects of what is sealed: an envelope that wins over all others.
INSERT INTO portal_new_corrected (city_id, member_id, held, alias, name, wechat, birth, criteria, corrected, sealed_at)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(held)s::text[], %(alias)s::bytea, %(name)s::bytea, %(wechat)s::bytea, %(birth)s::bytea,
        %(criteria)s::bytea, true, %(now)s::timestamptz)
RETURNING id AS number
