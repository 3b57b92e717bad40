-- Makes roots in a team's database that are as one which has shipped: with the same events, under the names of other
-- hosts, and with hashes of their own.

CREATE OR REPLACE PROCEDURE copy_roots(template TEXT, first INTEGER, last INTEGER, step INTEGER)
LANGUAGE plpgsql AS $$
DECLARE
    original ctl_team.root;
    columns TEXT;
    copied TEXT;
    beginnings TEXT[];
    host TEXT;
    lines TEXT[];
    hashes TEXT[];
    hash TEXT;
    body TEXT;
    mine INTEGER;
BEGIN
    SELECT * INTO STRICT original FROM ctl_team.root WHERE name = template;
    -- A line ends with the hash of the event before, and its own: 140 characters.
    SELECT array_agg(left(line, -140) ORDER BY sequence) INTO beginnings
    FROM ctl_team.event WHERE root = original.number;
    SELECT substring(beginnings[1] FROM '"host":"([^"]*)"') INTO host;

    FOR number IN first..last BY step LOOP
        lines := '{}';
        hashes := '{}';
        hash := repeat('0', 64);
        FOR place IN 1..array_length(beginnings, 1) LOOP
            body := replace(beginnings[place], '"host":"' || host || '"', format('"host":"host%s"', number))
                || hash || '"}';
            hash := encode(sha256(convert_to(body, 'UTF8')), 'hex');
            lines[place] := left(body, -1) || ',"hash":"' || hash || '"}';
            hashes[place] := hash;
        END LOOP;
        INSERT INTO ctl_team.root (id, name, owner, joined, seen, sequence, hash, local_sequence)
        VALUES (hashes[1], format('host%s', number), original.owner, original.joined, original.seen,
            original.sequence, hash, original.local_sequence)
        RETURNING root.number INTO mine;
        INSERT INTO ctl_team.event (root, sequence, hash, line)
        SELECT mine, made.place, made.hash, made.line
        FROM unnest(hashes, lines) WITH ORDINALITY AS made (hash, line, place);
        FOREACH copied IN ARRAY ARRAY['audit_entry', 'vm_name', 'vm', 'image'] LOOP
            SELECT string_agg(column_name, ', ') INTO columns FROM information_schema.columns
            WHERE table_schema = 'ctl_team' AND table_name = copied AND column_name <> 'root';
            EXECUTE format('INSERT INTO ctl_team.%I (root, %s) SELECT $1, %s FROM ctl_team.%I WHERE root = $2',
                copied, columns, columns, copied) USING mine, original.number;
        END LOOP;
        COMMIT;
    END LOOP;
END $$;
