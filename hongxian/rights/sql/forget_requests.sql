-- Retention: requests that were answered long enough ago; the envelopes of what was written in them come back.
WITH gone AS (
    DELETE FROM rights_request AS request
     WHERE request.city_id = %(city_id)s::int AND request.answered_at < %(before)s::timestamptz
    RETURNING request.id, request.said_id, request.answer_id
)
SELECT words.id AS envelope_id
  FROM gone
 CROSS JOIN LATERAL (SELECT gone.said_id AS id UNION SELECT gone.answer_id UNION
                     SELECT event.words_id FROM rights_event AS event
                      WHERE event.city_id = %(city_id)s::int AND event.thing = 'request' AND event.thing_id = gone.id) AS words
 WHERE words.id IS NOT NULL
