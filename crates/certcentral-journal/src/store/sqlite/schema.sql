CREATE TABLE certcentral_journal (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    version    INTEGER NOT NULL,
    written_by TEXT    NOT NULL,
    salt       BLOB    NOT NULL CHECK (length(salt) = 16)
) STRICT;

-- What was listed before orders were sent: ids and times.
CREATE TABLE certcentral_looks (
    look      INTEGER PRIMARY KEY AUTOINCREMENT,
    looked_at INTEGER NOT NULL,
    listed    TEXT    NOT NULL
) STRICT;

-- An attempt to order. Times are milliseconds since 1970. Nothing in it names a person: digest to
-- words are salted SHA-256.
CREATE TABLE certcentral_attempts (
    attempt         INTEGER PRIMARY KEY AUTOINCREMENT,
    server          TEXT    NOT NULL,
    product         TEXT    NOT NULL,
    reference       TEXT,
    label           TEXT,
    file            TEXT,
    row_number      INTEGER,
    state           TEXT    NOT NULL
        CHECK (state IN ('sending', 'unknown', 'placed', 'rejected', 'not_sent', 'absent')),
    digest          BLOB,
    person          BLOB,
    individual      BLOB,
    full_name       BLOB,
    email           BLOB,
    words           BLOB,
    holds_place     INTEGER NOT NULL CHECK (holds_place IN (0, 1)),
    api_key         BLOB    NOT NULL,
    account         BLOB,
    token           BLOB    NOT NULL UNIQUE,
    look            INTEGER REFERENCES certcentral_looks,
    sent_at         INTEGER NOT NULL,
    over_at         INTEGER NOT NULL,
    ended_at        INTEGER,
    order_id        INTEGER CHECK (state <> 'placed' OR order_id IS NOT NULL),
    certificate_id  INTEGER,
    request_id      INTEGER,
    hinted_order_id INTEGER,
    late_order_id   INTEGER,
    has_evidence    INTEGER NOT NULL CHECK (has_evidence IN (0, 1)),
    http_status     INTEGER,
    reason          TEXT,
    verdict         TEXT,
    looked_up_at    INTEGER,
    decided_by      TEXT,
    order_status    TEXT,
    order_status_at INTEGER,
    clock_offset_ms INTEGER,
    boot_id         TEXT,
    boot_ms         INTEGER,
    besides         TEXT    NOT NULL,
    ruled_out       TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX certcentral_one_live ON certcentral_attempts (server, reference)
    WHERE reference IS NOT NULL AND state IN ('sending', 'unknown', 'placed');
CREATE UNIQUE INDEX certcentral_one_place ON certcentral_attempts (server, product, person)
    WHERE holds_place = 1 AND person IS NOT NULL;
CREATE UNIQUE INDEX certcentral_one_owner ON certcentral_attempts (server, order_id)
    WHERE state = 'placed';
CREATE INDEX certcentral_open ON certcentral_attempts (server, state);
CREATE INDEX certcentral_references ON certcentral_attempts (server, reference);
CREATE INDEX certcentral_persons ON certcentral_attempts (person);
CREATE INDEX certcentral_individuals ON certcentral_attempts (individual);
CREATE INDEX certcentral_names ON certcentral_attempts (full_name);
CREATE INDEX certcentral_emails ON certcentral_attempts (email);
