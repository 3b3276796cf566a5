-- How many requests and complaints the visitor has made since a moment.
SELECT (SELECT count(*) FROM portal_own_request AS request WHERE request.opened_at > %(since)s::timestamptz)
     + (SELECT count(*) FROM portal_own_complaint AS complaint WHERE complaint.opened_at > %(since)s::timestamptz) AS made
