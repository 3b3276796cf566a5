-- Which of these noes, by place in the list, the table does not have.
WITH known AS MATERIALIZED (
    SELECT suppression.number_hash, suppression.recorded_at FROM consent_suppression AS suppression
     WHERE suppression.number_hash = ANY (%(number_hashes)s::bytea[])
)
SELECT listed.place
  FROM unnest(%(number_hashes)s::bytea[], %(recorded_ats)s::timestamptz[]) WITH ORDINALITY AS listed (number_hash, recorded_at, place)
 WHERE NOT EXISTS (SELECT FROM known
                    WHERE known.number_hash = listed.number_hash AND known.recorded_at = listed.recorded_at)
 ORDER BY listed.place
