-- The visitor's record is set aside: from the commit on no purpose of staff answers. There is no way back here.
SELECT portal_set_aside(%(wanted)s::text) AS moved
