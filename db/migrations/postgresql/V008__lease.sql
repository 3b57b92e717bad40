-- Which host carries out which operation in the shared folder, and what that keeps from the others. Times are the
-- server's. These rows are no part of the history: without them every operation is one that nobody carries out.

CREATE TABLE lease (
    operation CHARACTER VARYING COLLATE "C" PRIMARY KEY,
    -- Grows with each host that takes the operation over; it stands in the names of the operation's folders.
    epoch     BIGINT NOT NULL CHECK (epoch > 0),
    -- Who holds it: the name of the host, what tells its kernel from any other, and the process. NULL where nobody does.
    host      CHARACTER VARYING COLLATE "C",
    kernel    CHARACTER VARYING COLLATE "C",
    process   BIGINT,
    -- The number of an advisory lock that the holder's connection has: that it is held is a hint of life, never proof.
    session   BIGINT,
    since     TIMESTAMP (6) WITH TIME ZONE,
    -- The holder moves this on while it lives.
    until     TIMESTAMP (6) WITH TIME ZONE,
    CHECK (num_nulls(host, kernel, process, session, since, until) IN (0, 6))
);

CREATE TABLE lease_claim (
    operation CHARACTER VARYING COLLATE "C" NOT NULL REFERENCES lease (operation) ON DELETE CASCADE,
    -- "vm/NAME" or "operation/ID".
    name      CHARACTER VARYING COLLATE "C" NOT NULL,
    -- Whether others may hold it as well, if they share it too.
    shared    BOOLEAN NOT NULL,
    PRIMARY KEY (name, operation)
);
