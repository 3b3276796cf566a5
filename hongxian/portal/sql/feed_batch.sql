-- Whether a batch of this name is in, and what it was.
SELECT batch.digest FROM portal_feed_batch AS batch WHERE batch.key = %(key)s::uuid
