-- A review of the acting manager's store that is to be decided, held until the transaction ends.
SELECT review.staff_id, review.month, review.tier_before, review.tier_proposed FROM tiers_review AS review
 WHERE review.city_id = %(city_id)s::int AND review.id = %(review_id)s::bigint AND review.store_id = %(store_id)s::bigint
   AND review.decided_at IS NULL
   FOR UPDATE
