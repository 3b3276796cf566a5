-- The consultant in whose hands the visitor is.
SELECT hand.staff_id, hand.alias, hand.held_until FROM portal_own_hand AS hand ORDER BY hand.ground DESC, hand.staff_id LIMIT 1
