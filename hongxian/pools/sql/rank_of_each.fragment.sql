((ascii(each.grade) - ascii('A'))::bigint << 40)
           | greatest(0, extract(epoch FROM timestamptz '2100-01-01 00:00+00' - coalesce(each.registered_on::timestamptz, each.created_at)))::bigint
