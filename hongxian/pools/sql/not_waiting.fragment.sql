coalesce((SELECT false FROM pools_former AS former
           WHERE former.city_id = %(city_id)s::int AND former.member_id = entry.member_id AND former.until > %(now)s::timestamptz
             AND (former.staff_id = %(staff_id)s::bigint OR former.team_id = %(team_id)s::bigint)
           LIMIT 1), true)
