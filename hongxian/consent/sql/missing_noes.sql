-- Which of these noes, by place in the list, the table does not have.
SELECT listed.place
  FROM unnest(%(number_hashes)s::bytea[], %(recorded_ats)s::timestamptz[]) WITH ORDINALITY AS listed (number_hash, recorded_at, place)
 WHERE NOT EXISTS (SELECT FROM consent_suppression AS suppression
                    WHERE suppression.number_hash = listed.number_hash AND suppression.recorded_at = listed.recorded_at)
 ORDER BY listed.place
