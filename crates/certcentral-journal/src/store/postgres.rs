//! The journal in a PostgreSQL database, for services with replicas.
