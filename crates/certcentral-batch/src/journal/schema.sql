CREATE TABLE journal (
    -- What this file is: the journal of one batch of orders at DigiCert CertCentral. One row.
    -- Times are UTC. There is no card number, card code or API key in here.
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    created_at   TEXT NOT NULL,
    written_by   TEXT NOT NULL,     -- program and version
    product      TEXT NOT NULL,     -- DigiCert's name_id of what is ordered
    server       TEXT NOT NULL,     -- base URL that the orders go to, or 'sandbox'
    file_rows    INTEGER NOT NULL,  -- how many orders the file has
    file_digest  BLOB NOT NULL,     -- SHA-256 of salt and file, each digit of it taken for a 0
    salt         BLOB NOT NULL,     -- random; goes into each digest and fingerprint
    wal          TEXT NOT NULL CHECK (wal IN ('closed', 'behind', 'live'))
                                    -- 'behind': all that came later is in the -wal file beside this
) STRICT;

CREATE TABLE runs (
    -- One row for each time that orders were sent.
    run             INTEGER PRIMARY KEY,
    began_at        TEXT NOT NULL,
    ended_at        TEXT,              -- empty if it is under way, or was killed
    key_fingerprint BLOB NOT NULL,     -- salted SHA-256 of the API key
    gives_up_after  INTEGER NOT NULL,  -- seconds after which an order is certainly given up
    listed_before   TEXT NOT NULL      -- JSON: what CertCentral listed before this run sent anything
) STRICT;

CREATE TABLE orders (
    -- One row for each order of the file.
    row             INTEGER PRIMARY KEY, -- row of the sheet (its head is row 1), line of JSON Lines
    reference       TEXT NOT NULL,
    digest          BLOB,                -- salted SHA-256 of the order without card number and code
    state           TEXT NOT NULL CHECK (state IN (
        'ready',     -- not sent yet
        'sending',   -- on its way; if the program was killed, it may exist
        'placed',    -- the order exists
        'rejected',  -- CertCentral refused it; it does not exist
        'not_sent',  -- it never left; it does not exist
        'unknown',   -- it may exist: look it up before sending it again
        'invalid'    -- it breaks a rule and was skipped
    )),
    run             INTEGER REFERENCES runs (run), -- the run that sent it last
    attempts        INTEGER,             -- how often that run tried
    sent_at         TEXT,                -- it did not leave before this
    given_up_at     TEXT,                -- when its answer was no longer waited for
    clock_offset_ms INTEGER,             -- the server's clock minus this machine's at that time
    order_id        INTEGER,             -- of a placed order
    certificate_id  INTEGER,
    request_id      INTEGER,
    http_status     INTEGER,             -- of an answer that did not place it
    reason          TEXT,                -- why it is not placed, as codes
    hinted_order_id INTEGER,             -- an id in an answer that proves nothing
    verdict         TEXT,                -- of the last look-up: found, not_found, ambiguous, too_early
    looked_up_at    TEXT,
    order_status    TEXT,                -- of a placed order, when it was last refreshed
    refreshed_at    TEXT,
    -- By these an order is recognised in CertCentral's lists. Only while its end is not known.
    individual_id   INTEGER,
    first_name      TEXT,
    last_name       TEXT,
    email           TEXT
) STRICT;

CREATE UNIQUE INDEX orders_by_reference ON orders (reference) WHERE state <> 'invalid';

CREATE TABLE not_ours (
    -- Orders at CertCentral of which a person said that they are none of this batch.
    order_id INTEGER PRIMARY KEY,
    said_at  TEXT NOT NULL
) STRICT;
