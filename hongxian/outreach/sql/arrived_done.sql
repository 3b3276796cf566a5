-- Dealt with: gone.
DELETE FROM outreach_arrived AS arrived WHERE arrived.id = ANY (%(arrived_ids)s::bigint[])
