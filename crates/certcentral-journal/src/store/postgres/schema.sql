CREATE TABLE IF NOT EXISTS certcentral_journal (
    only_row   BIGINT PRIMARY KEY CHECK (only_row = 1),
    version    BIGINT NOT NULL,
    written_by TEXT    NOT NULL,
    salt       BYTEA   NOT NULL CHECK (length(salt) = 16)
);

-- What was listed before orders were sent: ids and times.
CREATE TABLE IF NOT EXISTS certcentral_looks (
    look      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    looked_at BIGINT NOT NULL,
    listed    TEXT    NOT NULL
);

-- An attempt to order. Times are milliseconds since 1970. Nothing in it names a person: digest to
-- words are salted SHA-256.
CREATE TABLE IF NOT EXISTS certcentral_attempts (
    attempt         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server          TEXT    NOT NULL,
    product         TEXT    NOT NULL,
    reference       TEXT,
    label           TEXT,
    file            TEXT,
    row_number      BIGINT,
    state           TEXT    NOT NULL
        CHECK (state IN ('sending', 'unknown', 'placed', 'rejected', 'not_sent', 'absent')),
    digest          BYTEA,
    person          BYTEA,
    individual      BYTEA,
    full_name       BYTEA,
    email           BYTEA,
    words           BYTEA,
    holds_place     BIGINT NOT NULL CHECK (holds_place IN (0, 1)),
    api_key         BYTEA   NOT NULL,
    account         BYTEA,
    token           BYTEA   NOT NULL UNIQUE,
    look            BIGINT REFERENCES certcentral_looks,
    sent_at         BIGINT NOT NULL,
    over_at         BIGINT NOT NULL,
    ended_at        BIGINT,
    order_id        BIGINT CHECK (state <> 'placed' OR order_id IS NOT NULL),
    certificate_id  BIGINT,
    request_id      BIGINT,
    hinted_order_id BIGINT,
    late_order_id   BIGINT,
    has_evidence    BIGINT NOT NULL CHECK (has_evidence IN (0, 1)),
    http_status     BIGINT,
    reason          TEXT,
    verdict         TEXT,
    looked_up_at    BIGINT,
    decided_by      TEXT,
    order_status    TEXT,
    order_status_at BIGINT,
    clock_offset_ms BIGINT,
    boot_id         TEXT,
    boot_ms         BIGINT,
    besides         TEXT    NOT NULL,
    ruled_out       TEXT    NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS certcentral_one_live ON certcentral_attempts (server, reference)
    WHERE reference IS NOT NULL AND state IN ('sending', 'unknown', 'placed');
CREATE UNIQUE INDEX IF NOT EXISTS certcentral_one_place ON certcentral_attempts (server, product, person)
    WHERE holds_place = 1 AND person IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS certcentral_one_owner ON certcentral_attempts (server, order_id)
    WHERE state = 'placed';
CREATE INDEX IF NOT EXISTS certcentral_open ON certcentral_attempts (server, state);
CREATE INDEX IF NOT EXISTS certcentral_references ON certcentral_attempts (server, reference);
CREATE INDEX IF NOT EXISTS certcentral_persons ON certcentral_attempts (person);
CREATE INDEX IF NOT EXISTS certcentral_individuals ON certcentral_attempts (individual);
CREATE INDEX IF NOT EXISTS certcentral_names ON certcentral_attempts (full_name);
CREATE INDEX IF NOT EXISTS certcentral_emails ON certcentral_attempts (email);
