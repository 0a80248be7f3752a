//! The journal in a file: the rules of a store, and all that people and machines do to files.

use std::fs;
use std::path::{Path, PathBuf};

use certcentral_journal::{SqliteStore, Store, StoreErrorKind, Wanted, conformance};
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.db");
    (folder, path)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_rule_of_a_store() {
    let (_folder, path) = place();
    let first = SqliteStore::open_or_create(&path).unwrap();
    let second = SqliteStore::open(&path).unwrap();
    assert!(first.is_new() && !second.is_new());
    conformance::run(&first, &second).await;
}

/// Why a journal is refused, and that nothing in the folder was changed by that.
fn refused(path: &Path) -> StoreErrorKind {
    let before = contents(path.parent().unwrap());
    let error = SqliteStore::open_or_create(path).unwrap_err();
    assert_eq!(contents(path.parent().unwrap()), before, "nothing is written: {error}");
    let read_only = SqliteStore::open_read_only(path).unwrap_err();
    assert_eq!(read_only.kind(), error.kind());
    assert_eq!(contents(path.parent().unwrap()), before, "nothing is written: {error}");
    error.kind()
}

fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap_or_default()))
        .collect();
    files.sort();
    files
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

#[tokio::test]
async fn what_is_not_this_journal_is_refused_and_not_touched() {
    let made = || {
        let (folder, path) = place();
        drop(SqliteStore::open_or_create(&path).unwrap());
        (folder, path)
    };
    let (_folder, empty) = place();
    fs::write(&empty, "").unwrap();
    assert_eq!(refused(&empty), StoreErrorKind::Empty);

    let (_folder, text) = place();
    fs::write(&text, "reference,order\n".repeat(99)).unwrap();
    assert_eq!(refused(&text), StoreErrorKind::NotAJournal);

    let (folder, other) = place();
    fs::create_dir(&other).unwrap();
    assert_eq!(refused(&other), StoreErrorKind::NotAJournal);
    drop(folder);

    let (_folder, other) = place();
    let database = rusqlite::Connection::open(&other).unwrap();
    database.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(database);
    assert_eq!(refused(&other), StoreErrorKind::NotAJournal);

    let (_folder, newer) = made();
    let database = rusqlite::Connection::open(&newer).unwrap();
    database.execute_batch("UPDATE certcentral_journal SET version = 2").unwrap();
    drop(database);
    assert_eq!(refused(&newer), StoreErrorKind::Newer);

    let (_folder, damaged) = made();
    let mut bytes = fs::read(&damaged).unwrap();
    let length = bytes.len();
    bytes[4096..length / 2].fill(0x5a);
    fs::write(&damaged, bytes).unwrap();
    assert_eq!(refused(&damaged), StoreErrorKind::Damaged);

    for suffix in ["-wal", "-shm"] {
        let (_folder, path) = made();
        fs::write(beside(&path, suffix), "x").unwrap();
        assert_eq!(refused(&path), StoreErrorKind::ForeignFile, "{suffix}");
    }
    let (_folder, path) = made();
    fs::write(beside(&path, "-journal"), "not SQLite's, and longer than a header").unwrap();
    assert_eq!(refused(&path), StoreErrorKind::ForeignFile);
    // The journal was removed, and what SQLite keeps beside it was not.
    let (_folder, path) = made();
    SqliteStore::open(&path).unwrap().add_look(&Default::default()).await.unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(refused(&path), StoreErrorKind::ForeignFile);
    let (_folder, path) = made();
    fs::write(beside(&path, ".rescued"), "x").unwrap();
    assert_eq!(refused(&path), StoreErrorKind::Rescued);
}

/// Leaves the rollback file of a transaction that did not end, as a killed process does.
fn interrupt(path: &Path) {
    let (left, kept) = (beside(path, "-journal"), beside(path, "-kept"));
    let database = rusqlite::Connection::open(path).unwrap();
    let name: i32 = database.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    database
        .execute_batch(&format!(
            "PRAGMA journal_mode = TRUNCATE; PRAGMA cache_size = 1; BEGIN IMMEDIATE; \
             PRAGMA user_version = {name}; \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) \
             INSERT INTO certcentral_looks (looked_at, listed) SELECT i, 'interrupted' FROM n;"
        ))
        .unwrap();
    fs::copy(&left, &kept).unwrap();
    let half_done = fs::read(path).unwrap();
    database.execute_batch("ROLLBACK").unwrap();
    drop(database);
    fs::write(path, half_done).unwrap();
    fs::rename(&kept, &left).unwrap();
}

#[tokio::test]
async fn what_a_killed_process_left_is_taken_back_and_what_another_journal_left_is_not() {
    let (_folder, path) = place();
    drop(SqliteStore::open_or_create(&path).unwrap());
    interrupt(&path);
    let store = SqliteStore::open(&path).unwrap();
    assert!(store.look(certcentral_journal::LookNumber(1)).await.unwrap().is_empty());
    drop(store);
    let text = fs::read(&path).unwrap();
    assert!(!text.windows(11).any(|it| it == b"interrupted"), "it is as before");

    let (_folder, other) = place();
    drop(SqliteStore::open_or_create(&other).unwrap());
    interrupt(&path);
    fs::copy(beside(&path, "-journal"), beside(&other, "-journal")).unwrap();
    assert_eq!(refused(&other), StoreErrorKind::ForeignFile);
}

#[test]
fn a_name_means_nothing_but_a_file() {
    let folder = TempDir::new().unwrap();
    for name in [":memory:", "file:x?mode=memory", "file:y", "a b'c.db", "%41"] {
        let path = folder.path().join(name);
        drop(SqliteStore::open_or_create(&path).unwrap());
        assert!(path.metadata().unwrap().len() > 0, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn its_owner_alone_may_read_it_and_its_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("state/certcentral/journal.db");
    drop(SqliteStore::open_or_create(&path).unwrap());
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let names: Vec<_> = fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("journal.db"))
        .collect();
    assert!(names.is_empty(), "no draft is left: {names:?}");
    fs::hard_link(&path, folder.path().join("another name")).unwrap();
    assert_eq!(SqliteStore::open(&path).unwrap_err().kind(), StoreErrorKind::Access);
}

#[test]
fn of_many_that_make_it_at_once_all_use_one() {
    let (_folder, path) = place();
    let stores: Vec<_> = std::thread::scope(|scope| {
        let make = || scope.spawn(|| SqliteStore::open_or_create(&path).unwrap());
        let threads: Vec<_> = (0..8).map(|_| make()).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(stores.iter().all(|store| store.salt() == stores[0].salt()));
    assert_eq!(stores.iter().filter(|store| store.is_new()).count(), 1);
}

#[tokio::test]
async fn it_can_be_read_beside_a_writer() {
    let (_folder, path) = place();
    let writer = SqliteStore::open_or_create(&path).unwrap();
    let reader = SqliteStore::open_read_only(&path).unwrap();
    let read = reader.records(&Wanted::All, None, 9).await.unwrap();
    assert!(read.is_empty());
    assert!(reader.add_look(&Default::default()).await.is_err(), "it cannot be written to");
    writer.add_look(&Default::default()).await.unwrap();
}
