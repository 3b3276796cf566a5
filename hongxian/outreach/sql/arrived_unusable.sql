-- Cannot be opened or read: it stays for people to look into and is not tried again.
UPDATE outreach_arrived AS arrived SET done_at = %(now)s::timestamptz WHERE arrived.id = ANY (%(arrived_ids)s::bigint[])
