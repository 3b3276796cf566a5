-- One of somebody's own texts, as a row of the lists.
/*include outreach/text_lines*/
   AND message.at = %(at)s::timestamptz AND message.id = %(message_id)s::bigint
   AND message.staff_id = %(staff_id)s::bigint
