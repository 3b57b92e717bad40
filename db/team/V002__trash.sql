-- What stands in the trash of the roots, as far as their events say: asked for often, and a few of millions of events.
-- Each row follows from events that are here, and is written when they come in.

CREATE TABLE trash (
    root     INTEGER NOT NULL REFERENCES root (number),
    -- The operation that put it there, which is what "undelete" and "purge" name.
    deletion TEXT COLLATE "C" NOT NULL,
    -- The event by which it came there, and which says how long it is kept.
    sequence BIGINT NOT NULL,
    PRIMARY KEY (root, deletion)
);

-- Only the lines of a few kinds of events are parsed. A batch holds its events in order, and nothing comes back or is
-- purged before it was deleted: so the rows of a whole batch are added first and removed then.
CREATE FUNCTION follow_trash() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ctl_team, pg_temp AS $$
BEGIN
    INSERT INTO trash (root, deletion, sequence)
    SELECT root, line::JSON ->> 'operation', sequence FROM arrived
    WHERE substring(line FROM '"name":"([a-z-]+)"')
            IN ('vm-deleted', 'snapshot-deleted', 'vm-arrived', 'package-exported')
        AND CASE WHEN strpos(line, '"keepSeconds":') > 0
            THEN (line::JSON -> 'payload' ->> 'keepSeconds') IS NOT NULL ELSE FALSE END
    ON CONFLICT (root, deletion) DO UPDATE SET sequence = excluded.sequence;

    DELETE FROM trash USING arrived
    WHERE substring(arrived.line FROM '"name":"([a-z-]+)"')
            IN ('vm-undeleted', 'snapshot-undeleted', 'package-undeleted', 'trash-purged')
        AND trash.root = arrived.root
        AND trash.deletion = CASE WHEN strpos(arrived.line, '"deletion":') > 0
            THEN arrived.line::JSON -> 'payload' ->> 'deletion' END;
    RETURN NULL;
END $$;

CREATE TRIGGER event_follow_trash AFTER INSERT ON event
REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION follow_trash();

REVOKE ALL ON FUNCTION follow_trash FROM PUBLIC;
GRANT SELECT ON trash TO ctl_reader;
