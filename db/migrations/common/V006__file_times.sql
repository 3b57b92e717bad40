-- The times of files become numbers, which all engines hold to the nanosecond: by its time a VM is known again. Times
-- before 1677 and after 2262 do not fit into a BIGINT, and filesystems have them.

DROP VIEW vm_listing;

-- In one statement, as H2 writes the table anew for each.
ALTER TABLE image ALTER COLUMN modified SET DATA TYPE NUMERIC(30) USING EXTRACT(EPOCH FROM modified) * 1000000000;
-- Nanoseconds since the beginning of 1970 in UTC, negative before that.
ALTER TABLE image RENAME COLUMN modified TO modified_ns;

-- Its columns are the same as before. PostgreSQL's timestamps end at the microsecond: the view rounds to that there.
CREATE VIEW vm_listing AS
SELECT v.name AS vm, v.since AS vm_id, v.origin, v.source, v.arrived,
       CASE WHEN v.origin IN ('found', 'copied-by-hand') THEN NULL ELSE v.arrived_by END AS arrived_by,
       i.file, i.size AS size_bytes,
       CAST(TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00' + INTERVAL '0.000001' SECOND * (i.modified_ns * 0.001)
           AS TIMESTAMP(9) WITH TIME ZONE) AS modified,
       CASE WHEN v.origin IN ('found', 'copied-by-hand') THEN v.arrived_by END AS seen_by
FROM vm v LEFT JOIN image i ON i.vm = v.name;
