-- Writes down what was decided, by whom and why.
UPDATE tiers_review AS review
   SET tier_decided = %(tier)s::text, decided_by = %(staff_id)s::bigint, decided_at = %(now)s::timestamptz, why = %(why)s::text
 WHERE review.city_id = %(city_id)s::int AND review.id = %(review_id)s::bigint AND review.decided_at IS NULL
