-- How much there is in the visitor's own lists.
SELECT (SELECT count(*) FROM portal_own_viewed AS viewed) AS viewed, (SELECT count(*) FROM portal_own_sent AS sent) AS sent,
       (SELECT count(*) FROM portal_own_other AS other) AS others
