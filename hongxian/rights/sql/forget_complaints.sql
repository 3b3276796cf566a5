-- Retention: complaints closed for good long enough ago; the envelopes of what was written in them come back.
WITH gone AS (
    DELETE FROM rights_complaint AS complaint
     WHERE complaint.city_id = %(city_id)s::int AND complaint.closed_at < %(before)s::timestamptz
       AND (complaint.reopened_at IS NULL OR complaint.reopened_at < complaint.closed_at)
    RETURNING complaint.id, complaint.said_id, complaint.answer_id
)
SELECT words.id AS envelope_id
  FROM gone
 CROSS JOIN LATERAL (SELECT gone.said_id AS id UNION SELECT gone.answer_id UNION
                     SELECT event.words_id FROM rights_event AS event
                      WHERE event.city_id = %(city_id)s::int AND event.thing = 'complaint' AND event.thing_id = gone.id) AS words
 WHERE words.id IS NOT NULL
