-- Seals a batch: every trace numbered above the low-water mark and up to another, and what came late in a gap, becomes one leaf for each member that it names.
-- The text below is that of leaves.py, letter for letter; a test compares them.
WITH fresh AS MATERIALIZED (
    SELECT trace.* FROM audit_trace AS trace WHERE trace.id > %(low)s::bigint AND trace.id <= %(upto)s::bigint
    UNION ALL
    SELECT trace.* FROM unnest(%(first_ids)s::bigint[], %(last_ids)s::bigint[]) AS gap(first_id, last_id)
      JOIN audit_trace AS trace ON trace.id BETWEEN gap.first_id AND gap.last_id
), spread AS MATERIALIZED (
    SELECT fresh.city_id, fresh.at, fresh.id, member.id AS member_id,
           %(size)s::bigint - 1 + row_number() OVER (ORDER BY fresh.id, member.id, fresh.city_id, fresh.at) AS index,
           row_number() OVER (PARTITION BY fresh.city_id, member.id ORDER BY fresh.id, fresh.at) AS nth,
           count(*) OVER (PARTITION BY fresh.city_id, member.id) AS several
      FROM fresh
     CROSS JOIN LATERAL (SELECT DISTINCT coalesce(one_of.id, 0) AS id
                           FROM (VALUES (true)) AS one LEFT JOIN unnest(fresh.member_ids) AS one_of(id) ON one_of.id IS NOT NULL) AS member
), known AS (
    INSERT INTO audit_person AS person (city_id, member_id, salt, leaves)
    SELECT spread.city_id, spread.member_id,
           CASE WHEN spread.member_id <> 0
                THEN sha256(%(seed)s::bytea || convert_to(concat(spread.city_id, '/', spread.member_id), 'UTF8')) END, spread.several
      FROM spread
     WHERE spread.nth = 1
     ORDER BY spread.city_id, spread.member_id
        ON CONFLICT (city_id, member_id) DO UPDATE SET leaves = person.leaves + excluded.leaves
    RETURNING person.city_id, person.member_id, person.salt, person.leaves
), numbered AS MATERIALIZED (
    SELECT spread.city_id, spread.at, spread.id, spread.member_id, spread.index, known.leaves - spread.several + spread.nth AS number, known.salt
      FROM spread JOIN known ON known.city_id = spread.city_id AND known.member_id = spread.member_id
), named AS MATERIALIZED (
    SELECT numbered.*,
           CASE WHEN numbered.member_id <> 0
                THEN sha256(coalesce(numbered.salt, %(seed)s::bytea)
                            || convert_to(concat(numbered.city_id, '/', numbered.member_id, '/', numbered.number), 'UTF8')) END AS commitment
      FROM numbered
), told AS (
    SELECT fresh.city_id, fresh.id, fresh.at,
           concat('hongxian trace 1', E'\ncity=', fresh.city_id,
                  E'\nat=', to_char(fresh.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), E'\ntrace=', fresh.id) AS head,
           concat(E'\nstaff=', fresh.staff_id,
                  E'\nrole=', replace(replace(fresh.role, '\', '\\'), E'\n', '\n'), E'\nstore=', fresh.store_id,
                  E'\nprocess=', replace(replace(fresh.process, '\', '\\'), E'\n', '\n'),
                  E'\naction=', replace(replace(fresh.action, '\', '\\'), E'\n', '\n'),
                  E'\npurpose=', replace(replace(fresh.purpose, '\', '\\'), E'\n', '\n'),
                  E'\nground=', replace(replace(fresh.ground, '\', '\\'), E'\n', '\n'), E'\nfields=', field.names,
                  E'\noutcome=', replace(replace(fresh.outcome, '\', '\\'), E'\n', '\n'),
                  E'\nreason=', replace(replace(fresh.reason, '\', '\\'), E'\n', '\n'), E'\npermit=', fresh.permit_id, E'\n') AS tail
      FROM fresh
     CROSS JOIN LATERAL (SELECT string_agg(CASE WHEN each.name IS NULL THEN '\0' WHEN each.name = '' THEN '\e'
                                                ELSE replace(replace(replace(each.name, '\', '\\'), E'\n', '\n'), ',', '\,') END,
                                           ',' ORDER BY each.place) AS names
                           FROM unnest(fresh.fields) WITH ORDINALITY AS each(name, place)) AS field
), sealed AS (
    INSERT INTO audit_leaf (city_id, member_id, number, index, trace_at, trace_id, commitment, hash)
    SELECT named.city_id, named.member_id, named.number, named.index, told.at, told.id, named.commitment,
           sha256('\x00'::bytea || convert_to(concat(told.head, E'\nmember=', coalesce(encode(named.commitment, 'hex'), '-'),
                                                     E'\nnumber=', named.number, told.tail), 'UTF8'))
      FROM named JOIN told ON told.id = named.id AND told.at = named.at AND told.city_id = named.city_id
     ORDER BY named.index
    RETURNING 1
)
SELECT (SELECT coalesce(array_agg(fresh.id ORDER BY fresh.id), '{}') FROM fresh) AS ids, (SELECT count(*) FROM sealed) AS leaves
