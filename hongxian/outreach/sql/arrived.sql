-- What gateways brought and nobody has dealt with, the oldest first, held for whoever does.
SELECT arrived.id AS arrived_id, arrived.key, arrived.sealed, arrived.received_at FROM outreach_arrived AS arrived
 WHERE arrived.kind = %(kind)s::text AND arrived.done_at IS NULL
 ORDER BY arrived.id LIMIT %(most)s::int FOR UPDATE SKIP LOCKED
