((ascii(member.grade) - ascii('A'))::bigint << 40)
           | greatest(0, extract(epoch FROM timestamptz '2100-01-01 00:00+00' - coalesce(member.registered_on::timestamptz, member.created_at)))::bigint
