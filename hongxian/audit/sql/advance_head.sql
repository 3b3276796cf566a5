-- Moves the head on, if it still stands where this pass found it.
UPDATE audit_head AS head SET size = %(size)s::bigint, low = %(low)s::bigint
 WHERE head.size = %(was)s::bigint AND head.low = %(was_low)s::bigint
