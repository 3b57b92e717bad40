-- The end of the journal, where a server has it: one row. Who appends locks it first, so that events are numbered
-- without gaps, and become visible in the order of their numbers.

CREATE TABLE head (
    only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    -- Number and hash of the last event; 0, and a hash of zeros, where there is none.
    sequence BIGINT NOT NULL,
    hash     CHARACTER(64) COLLATE "C" NOT NULL,
    -- Set when the journal has been moved away from here. Nothing can be appended any more.
    moved    TIMESTAMP(6) WITH TIME ZONE
);

INSERT INTO head (sequence, hash) VALUES (0, repeat('0', 64));
