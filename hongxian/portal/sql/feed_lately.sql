-- How many batches came in since a moment.
SELECT count(*) AS batches FROM portal_feed_batch AS batch WHERE batch.received_at > %(since)s::timestamptz
