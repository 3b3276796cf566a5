-- Whose letters this transaction may write: members with one of these hashes. Gone with it.
SELECT set_config('hongxian.feed', %(hashes)s::text, true) IS NOT NULL AS done
