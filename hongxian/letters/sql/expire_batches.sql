-- Retention: batches of the feed that nobody will repeat any more.
DELETE FROM letters_batch AS batch WHERE batch.city_id = %(city_id)s::int AND batch.received_at < %(before)s::timestamptz
