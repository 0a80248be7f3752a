//! Journals that cannot be used, and what is said of them.

use std::fs;
use std::path::Path;

use certcentral_batch::{CheckOptions, Journal, JournalErrorKind, OrderFile};
use certcentral_sandbox::Sandbox;

use super::{Folder, TODAY, batch, check, client_of, ready, run};

fn kind(path: &Path) -> JournalErrorKind {
    Journal::open_or_create(path).unwrap_err().kind()
}

/// A journal with one order in it.
fn journal(folder: &Folder) -> std::path::PathBuf {
    let file = OrderFile::open(&folder.orders(1)).unwrap();
    let options = CheckOptions::new(TODAY);
    drop(ready(check(folder.journal(), file, "https://example.com", &options).0));
    folder.path("journal.db")
}

fn sql(path: &Path, sql: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_second_process_is_refused() {
    let folder = Folder::new();
    let first = folder.journal();
    let error = Journal::open(first.path()).unwrap_err();
    assert_eq!(error.kind(), JournalErrorKind::InUse);
    assert!(error.to_string().contains("another process"), "{error}");
    drop(first);
    folder.journal();
}

#[test]
fn a_closed_journal_is_one_file_for_its_owner_alone() {
    let folder = Folder::new();
    let path = journal(&folder);
    let names: Vec<_> = fs::read_dir(folder.0.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(path.exists());
}

#[test]
fn a_journal_of_a_newer_version_is_refused() {
    let folder = Folder::new();
    let path = journal(&folder);
    sql(&path, "PRAGMA user_version = 99");
    let before = fs::read(&path).unwrap();
    assert_eq!(kind(&path), JournalErrorKind::Newer);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_journal_is_refused() {
    let folder = Folder::new();
    let path = journal(&folder);
    let whole = fs::read(&path).unwrap();
    for at in (4096..whole.len()).step_by(4096) {
        let mut damaged = whole.clone();
        damaged[at..at + 200].fill(0xA5);
        fs::write(&path, damaged).unwrap();
        assert_eq!(kind(&path), JournalErrorKind::Damaged, "at {at}");
    }
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(kind(&path), JournalErrorKind::Damaged);
    let mut headless = whole.clone();
    headless[..50].fill(b'x');
    fs::write(&path, headless).unwrap();
    let error = Journal::open(&path).unwrap_err();
    assert_eq!(error.kind(), JournalErrorKind::NotAJournal);
    assert!(error.to_string().contains("orders may exist"), "{error}");
    fs::write(&path, whole).unwrap();
    Journal::open(&path).unwrap();
}

#[test]
fn a_file_that_is_not_a_journal_is_left_as_it_is() {
    let folder = Folder::new();
    let text = folder.write("notes.txt", "these are notes\n");
    assert_eq!(kind(&text), JournalErrorKind::NotAJournal);
    assert_eq!(fs::read_to_string(&text).unwrap(), "these are notes\n");
    let other = folder.path("other.db");
    sql(&other, "CREATE TABLE orders (row INTEGER)");
    assert_eq!(kind(&other), JournalErrorKind::NotAJournal);
    assert_eq!(kind(folder.0.path()), JournalErrorKind::NotAFile);
    assert_eq!(kind(&folder.path("none/journal.db")), JournalErrorKind::NotFound);
    let none = Journal::open(&folder.path("none.db")).unwrap_err();
    assert_eq!(none.kind(), JournalErrorKind::NotFound);
    assert!(!folder.path("none.db").exists());
}

#[cfg(unix)]
#[test]
fn a_journal_with_two_names_is_refused() {
    let folder = Folder::new();
    let path = journal(&folder);
    fs::hard_link(&path, folder.path("second.db")).unwrap();
    assert_eq!(kind(&path), JournalErrorKind::SeveralNames);
    fs::remove_file(folder.path("second.db")).unwrap();
    // A symbolic link is another thing: it leads to the same files.
    std::os::unix::fs::symlink(&path, folder.path("link.db")).unwrap();
    let open = Journal::open(&folder.path("link.db")).unwrap();
    assert_eq!(kind(&path), JournalErrorKind::InUse);
    drop(open);
}

#[test]
fn the_schema_explains_itself() {
    let folder = Folder::new();
    let path = journal(&folder);
    let connection = rusqlite::Connection::open(&path).unwrap();
    let mut query = connection.prepare("SELECT sql FROM sqlite_schema").unwrap();
    let sql: Vec<String> =
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let sql = sql.join("\n");
    for piece in ["What this file is", "'unknown',   -- it may exist", "Times are UTC"] {
        assert!(sql.contains(piece), "{sql}");
    }
}

/// A journal that was being written when its process was killed, as two files.
async fn killed(folder: &Folder) -> (std::path::PathBuf, std::path::PathBuf) {
    let sandbox = Sandbox::start().await.unwrap();
    let file = folder.orders(5);
    let path = folder.path("journal.db");
    let wal = folder.path("journal.db-wal");
    let copies = (folder.path("copy.db"), folder.path("copy.db-wal"));
    let mut copied = false;
    let batch = batch(folder, &file, &sandbox);
    batch
        .run(
            &client_of(&sandbox).build(),
            &super::key_of(&sandbox),
            &super::RunOptions::new(),
            &super::StopSwitch::new(),
            |_| {
                if !std::mem::replace(&mut copied, true) {
                    fs::copy(&path, &copies.0).unwrap();
                    fs::copy(&wal, &copies.1).unwrap();
                }
            },
        )
        .await
        .unwrap();
    copies
}

#[tokio::test]
async fn a_journal_that_lost_the_file_beside_it_is_refused() {
    let folder = Folder::new();
    let (path, wal) = killed(&folder).await;
    fs::rename(&wal, folder.path("elsewhere")).unwrap();
    for _ in 0..2 {
        let error = Journal::open(&path).unwrap_err();
        assert_eq!(error.kind(), JournalErrorKind::WalMissing, "{error}");
    }
    // With it all is well.
    fs::rename(folder.path("elsewhere"), &wal).unwrap();
    let summary = Journal::open(&path).unwrap().summary().unwrap().unwrap();
    assert!(summary.placed >= 1 && summary.total == 5, "{summary:?}");
}

#[tokio::test]
async fn another_tool_may_fold_the_file_beside_it_in() {
    let folder = Folder::new();
    let (path, wal) = killed(&folder).await;
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    assert!(!wal.exists());
    let summary = Journal::open(&path).unwrap().summary().unwrap().unwrap();
    assert!(summary.placed >= 1, "{summary:?}");
}

#[tokio::test]
async fn a_row_that_was_on_its_way_is_unknown() {
    let folder = Folder::new();
    let sandbox = Sandbox::start().await.unwrap();
    let file = folder.orders(3);
    let (report, _) =
        run(batch(&folder, &file, &sandbox), &client_of(&sandbox).build(), &sandbox, 1).await;
    let path = report.journal.path().to_owned();
    drop(report);
    sql(
        &path,
        "UPDATE orders SET state = 'sending', order_id = NULL WHERE row = 2;
         UPDATE orders SET sent_at = '2020-01-01T00:00:00Z' WHERE row = 2",
    );
    let journal = Journal::open(&path).unwrap();
    let summary = journal.summary().unwrap().unwrap();
    assert_eq!((summary.placed, summary.unknown), (2, 1));
    assert_eq!(super::results(&journal)[2], "R-2,unknown,,34000002,interrupted");
    drop(journal);
    // It was given up when its process would have given it up, not when that was noticed.
    let connection = rusqlite::Connection::open(&path).unwrap();
    let given_up: String = connection
        .query_row("SELECT given_up_at FROM orders WHERE row = 2", [], |row| row.get(0))
        .unwrap();
    assert_eq!(given_up, "2020-01-01T00:06:00Z");
}

/// What a process leaves that is killed while it makes a journal: an empty file, or one that SQLite has
/// begun.
#[test]
fn a_journal_that_was_not_made_to_its_end_does_not_block() {
    let begun = rusqlite_begun();
    for left in [Vec::new(), begun] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fs::write(&path, &left).unwrap();
        drop(Journal::open(&path).unwrap());
        fs::write(&path, &left).unwrap();
        drop(Journal::open_or_create(&path).unwrap());
    }
}

fn rusqlite_begun() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("begun.db");
    sql(&path, "PRAGMA journal_mode = WAL");
    let begun = fs::read(&path).unwrap();
    assert!(!begun.is_empty(), "SQLite has begun the file");
    begun
}
