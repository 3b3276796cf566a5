-- Where something waits to be done. Asked of all cities at once.
SELECT DISTINCT request.city_id FROM partners_request AS request WHERE request.state = 'waiting' ORDER BY request.city_id
