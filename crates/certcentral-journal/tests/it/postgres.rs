//! The journal in a real PostgreSQL: the rules of a store, and what happens to databases.
#![cfg(unix)]

use certcentral_journal::{Journal, Placement, StoreErrorKind, conformance};

use crate::cluster::Cluster;
use crate::placing::{Scene, fenna, id_of, reference};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_rule_of_a_store() {
    let Some(cluster) = Cluster::start() else { return };
    // Two processes that begin at once: one journal.
    let (one, other) = tokio::join!(cluster.store(), cluster.store());
    conformance::run(&one.unwrap(), &other.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_claim_survives_a_crash_of_the_database_and_a_lost_connection() {
    let Some(cluster) = Cluster::start() else { return };
    let scene = Scene::new().await;
    // What is not written to the disk at once is not written for a while.
    let administrator = cluster.client().await;
    administrator.batch_execute("ALTER SYSTEM SET wal_writer_delay = '10s'").await.unwrap();
    drop(administrator);
    cluster.crash();
    cluster.start_again("");
    // Settings of a role that would lose what is confirmed, or make it see old rows.
    let administrator = cluster.client().await;
    administrator
        .batch_execute(
            "ALTER ROLE orders SET synchronous_commit = off; \
             ALTER ROLE orders SET default_transaction_isolation = 'repeatable read'; \
             ALTER ROLE orders SET default_transaction_read_only = on",
        )
        .await
        .unwrap();
    drop(administrator);
    let journal = Journal::open(cluster.store().await.unwrap(), scene.client()).await.unwrap();
    let first = journal.place_once(&reference("A-1"), &fenna()).await.unwrap();
    let id = id_of(&first);

    cluster.crash();
    let error = journal.place_once(&reference("A-1"), &fenna()).await.unwrap_err();
    assert!(error.to_string().contains("connection"), "{error}");
    cluster.start_again("");
    let again = journal.place_once(&reference("A-1"), &fenna()).await.unwrap();
    assert_eq!(id_of(&again), id);

    let others = cluster.client().await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
               AND backend_type = 'client backend'";
    others.batch_execute(cut).await.unwrap();
    let again = journal.place_once(&reference("A-1"), &fenna()).await.unwrap();
    assert_eq!(id_of(&again), id);
    assert_eq!(scene.orders(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_replicas_one_sends() {
    let Some(cluster) = Cluster::start() else { return };
    let scene = Scene::new().await;
    cluster.store().await.unwrap();
    let mut replicas = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (store, client) = (cluster.store().await.unwrap(), scene.client());
        replicas.spawn(async move {
            let journal = Journal::open(store, client).await.unwrap();
            journal.place_once(&reference("A-1"), &fenna()).await.unwrap()
        });
    }
    let ended = replicas.join_all().await;
    assert!(ended.iter().any(|it| matches!(it, Placement::Placed(_))), "{ended:?}");
    assert_eq!(scene.orders(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_does_not_keep_what_it_confirms_is_refused() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.store().await.unwrap();
    cluster.crash();
    cluster.start_again("fsync = off\n");
    let error = cluster.store().await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::NotDurable, "{error}");
    assert!(error.to_string().contains("fsync"), "{error}");

    // A newer version's tables, and none where none may be made.
    cluster.crash();
    cluster.start_again("fsync = on\n");
    let administrator = cluster.client().await;
    administrator.batch_execute("UPDATE certcentral_journal SET version = 2").await.unwrap();
    assert_eq!(cluster.store().await.unwrap_err().kind(), StoreErrorKind::Newer);
    administrator.batch_execute("UPDATE certcentral_journal SET version = 1").await.unwrap();
    // An unlogged table is empty after a crash.
    administrator.batch_execute("ALTER TABLE certcentral_attempts SET UNLOGGED").await.unwrap();
    assert_eq!(cluster.store().await.unwrap_err().kind(), StoreErrorKind::NotDurable);
    administrator.batch_execute("ALTER TABLE certcentral_attempts SET LOGGED").await.unwrap();
    administrator
        .batch_execute(
            "CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
        )
        .await
        .unwrap();
    let reader =
        crate::cluster::open(cluster.address().replace("user=orders", "user=reader")).await;
    let scene = Scene::new().await;
    let journal = Journal::open(reader.unwrap(), scene.client()).await.unwrap();
    let error = journal.place_once(&reference("A-1"), &fenna()).await.unwrap_err();
    assert!(error.to_string().contains("SQLSTATE 42501"), "{error}");
    assert_eq!(scene.orders(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_nobody_ends_does_not_keep_the_others_waiting_for_ever() {
    let Some(cluster) = Cluster::start() else { return };
    let scene = Scene::new().await;
    let journal = Journal::open(cluster.store().await.unwrap(), scene.client()).await.unwrap();
    let stuck = cluster.client().await;
    stuck
        .batch_execute("BEGIN; LOCK TABLE certcentral_attempts IN SHARE ROW EXCLUSIVE MODE")
        .await
        .unwrap();
    let error = journal.place_once(&reference("A-1"), &fenna()).await.unwrap_err();
    assert!(error.to_string().contains("busy"), "{error}");
    assert_eq!(scene.orders(), 0);
    stuck.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(
        id_of(&journal.place_once(&reference("A-1"), &fenna()).await.unwrap()).get(),
        112_000_001
    );
}
