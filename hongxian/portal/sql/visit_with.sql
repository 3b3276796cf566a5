-- Whose visit this transaction is; gone with it.
SELECT set_config('hongxian.visit', %(token)s::text, true) <> '' AS visit
