-- Cities in which a text waits, with their hours' zone.
SELECT city.id AS city_id, city.timezone FROM org_city AS city
  JOIN (SELECT message.city_id FROM outreach_message AS message WHERE message.state = 'waiting' GROUP BY message.city_id) AS waiting
    ON waiting.city_id = city.id
 ORDER BY city.id
