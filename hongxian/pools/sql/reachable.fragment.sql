member.state = 'live' AND member.suppressed_at IS NULL AND member.contact_until >= %(day)s::date
