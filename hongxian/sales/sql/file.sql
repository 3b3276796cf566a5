-- A contract as the consultant files it. It is nothing until a second person has compared it with the paper.
INSERT INTO sales_contract (city_id, store_id, team_id, staff_id, member_id, package_id, amount_fen, signed_on, ends_on, state, filed_at,
                            request_key)
VALUES (%(city_id)s::int, %(store_id)s::bigint, %(team_id)s::bigint, %(staff_id)s::bigint, %(member_id)s::bigint, %(package_id)s::bigint,
        %(amount_fen)s::bigint, %(signed_on)s::date, %(ends_on)s::date, 'filed', %(now)s::timestamptz, %(request_key)s::uuid)
RETURNING id AS contract_id
