(strpos('ABCDE', member.grade) - 1)::bigint << 40
           -- Fresh is the day of registering; the second within it is spread by number, so that a day's import has many ranks.
           | (4102444800 - extract(epoch FROM coalesce(member.registered_on, (member.created_at AT TIME ZONE 'Asia/Shanghai')::date)
                                              ::timestamp AT TIME ZONE 'Asia/Shanghai')::bigint - mod(member.id, 86400))
