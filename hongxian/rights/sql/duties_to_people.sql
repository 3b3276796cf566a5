-- What is owed to people: requests and complaints of the whole company by the day they are due, and incidents that are not closed.
SELECT 'request' AS kind, request.due_on, count(*)::int AS count, '' AS name, '' AS name_en
  FROM rights_request AS request
 WHERE request.state IN ('open', 'working') AND request.due_on <= %(until)s::date
 GROUP BY request.due_on
 UNION ALL
SELECT 'complaint', complaint.due_on, count(*)::int, '', ''
  FROM (SELECT (coalesce(each.reopened_at, each.opened_at) AT TIME ZONE 'Asia/Shanghai')::date + %(days)s::int AS due_on
          FROM rights_complaint AS each
         WHERE each.closed_at IS NULL OR each.reopened_at > each.closed_at) AS complaint
 WHERE complaint.due_on <= %(until)s::date
 GROUP BY complaint.due_on
 UNION ALL
SELECT 'incident', least((incident.discovered_at AT TIME ZONE 'Asia/Shanghai')::date, %(today)s::date), 1, incident.id::text, incident.id::text
  FROM rights_incident AS incident
 WHERE incident.closed_at IS NULL
