-- Where those live whose hashes were named, as far as their records live.
SELECT home.number_hash, home.city_id, home.member_id FROM portal_feed_home AS home
