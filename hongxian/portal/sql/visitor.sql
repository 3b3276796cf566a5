-- Who the visitor is, if the visit runs.
SELECT visitor.city_id, visitor.member_id, visitor.number_hashes, visitor.scope, visitor.opened_at, visitor.state
  FROM portal_visitor AS visitor
