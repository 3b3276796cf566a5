-- Holds a wording until the transaction ends.
SELECT version.id, version.number, version.body, version.state, version.asked_by
  FROM outreach_version AS version
 WHERE version.id = %(version_id)s::bigint
   FOR UPDATE OF version
