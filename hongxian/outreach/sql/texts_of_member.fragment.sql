/*include outreach/text_lines*/
   AND message.member_id = %(member_id)s::bigint
   AND message.at > %(since)s::timestamptz
 ORDER BY message.at DESC, message.id DESC
 LIMIT %(most)s::int
