//! What becomes of orders of which it is unknown whether they exist.

use std::time::Duration;

use certcentral::ApiKey;
use certcentral::transport::Verdict;
use certcentral_batch::{
    BatchEvent, Journal, Resolution, ResolveError, ResolveOptions, Resolved, RunOptions,
};
use certcentral_sandbox::Fault;

use super::{Scene, batch, results, run};

/// Has two of four orders end as unknown: R-1 was placed, R-2 was not.
async fn two_unknown() -> (Scene, Journal) {
    let scene = Scene::new(4).await;
    let Scene { sandbox, folder, file, client, .. } = &scene;
    for fault in ["close-before-answer:placed", "close-before-answer:unplaced"] {
        sandbox.fail_next_order(fault.parse::<Fault>().unwrap());
    }
    let (report, _) = run(batch(folder, file, sandbox), client, sandbox, 1).await;
    assert_eq!((report.summary.unknown, report.summary.placed), (2, 2));
    (scene, report.journal)
}

fn at_once() -> ResolveOptions {
    ResolveOptions::new().settle(Duration::ZERO)
}

fn verdicts(resolutions: &[Resolution]) -> Vec<(&str, Verdict, Resolved)> {
    resolutions.iter().map(|row| (&*row.reference, row.found.verdict, row.done)).collect()
}

#[tokio::test]
async fn what_was_placed_is_found_and_accepted_only_when_asked() {
    let (Scene { sandbox, folder: _folder, client, key, .. }, mut journal) = two_unknown().await;

    let found = journal.resolve(&client, &key, &at_once()).await.unwrap();
    assert_eq!(
        verdicts(&found),
        [("R-1", Verdict::Found, Resolved::Left), ("R-2", Verdict::NotFound, Resolved::Left)]
    );
    assert_eq!(journal.summary().unwrap().unwrap().unknown, 2);

    let found = journal.resolve(&client, &key, &at_once().accept()).await.unwrap();
    assert_eq!(
        verdicts(&found),
        [("R-1", Verdict::Found, Resolved::Accepted), ("R-2", Verdict::NotFound, Resolved::Left)]
    );
    let id = sandbox.books().orders_of(&super::email(1))[0].id();
    assert_eq!(results(&journal)[1], format!("R-1,placed,{id},,"));
    let found = journal.resolve(&client, &key, &at_once().accept()).await.unwrap();
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn only_what_was_not_found_is_sent_again_and_only_by_name() {
    let (Scene { sandbox, folder, client, key, .. }, mut journal) = two_unknown().await;

    for reference in ["R-3", "R-9"] {
        let error = journal.resolve(&client, &key, &at_once().resend(reference)).await.unwrap_err();
        assert!(matches!(error, ResolveError::Journal(_)), "{error}");
        assert!(error.to_string().contains(reference), "{error}");
    }
    // The lists have not settled.
    let found = journal.resolve(&client, &key, &ResolveOptions::new().resend("R-2")).await.unwrap();
    assert_eq!(verdicts(&found)[1], ("R-2", Verdict::TooEarly, Resolved::NotResent));
    let options = at_once().resend("R-1").resend("R-2");
    let found = journal.resolve(&client, &key, &options).await.unwrap();
    assert_eq!(
        verdicts(&found),
        [
            ("R-1", Verdict::Found, Resolved::NotResent),
            ("R-2", Verdict::NotFound, Resolved::ReadyAgain)
        ]
    );
    drop(journal);

    let again = batch(&folder, &folder.path("orders.jsonl"), &sandbox);
    assert_eq!(again.plan().to_send, 1);
    run(again, &client, &sandbox, 1).await;
    assert_eq!(sandbox.books().orders_of(&super::email(2)).len(), 1);
    assert_eq!(sandbox.books().orders_of(&super::email(1)).len(), 1);
}

#[tokio::test]
async fn with_another_key_nothing_is_found_missing() {
    let (Scene { sandbox: _sandbox, folder: _folder, client, .. }, mut journal) =
        two_unknown().await;
    // The client may still read, but the key is not the one that the orders were sent with.
    let other = ApiKey::new("another-key-of-this-account").unwrap();
    let found = journal.resolve(&client, &other, &at_once().resend("R-2")).await.unwrap();
    assert_eq!(found[1].done, Resolved::NotResent);
    assert_ne!(found[1].found.verdict, Verdict::NotFound);
}

#[tokio::test]
async fn an_order_that_a_person_has_looked_at_is_ruled_out() {
    let (Scene { sandbox, folder: _folder, client, key, .. }, mut journal) = two_unknown().await;
    let id = sandbox.books().orders_of(&super::email(1))[0].id();
    let found = journal.resolve(&client, &key, &at_once().not(id)).await.unwrap();
    assert_eq!(found[0].found.verdict, Verdict::NotFound);
    // It is kept.
    let found = journal.resolve(&client, &key, &at_once()).await.unwrap();
    assert_eq!(found[0].found.verdict, Verdict::NotFound);
}

#[tokio::test]
async fn lists_that_cannot_be_read_change_nothing() {
    let (Scene { sandbox, folder: _folder, client, key, .. }, mut journal) = two_unknown().await;
    sandbox.shutdown().await;
    let error = journal.resolve(&client, &key, &at_once().accept()).await.unwrap_err();
    assert!(matches!(error, ResolveError::Lookup(_)));
    assert_eq!(journal.summary().unwrap().unwrap().unknown, 2);
}

#[tokio::test]
async fn placed_orders_are_refreshed() {
    let Scene { sandbox, folder, file, client, .. } = Scene::new(2).await;
    let (mut report, _) = run(batch(&folder, &file, &sandbox), &client, &sandbox, 1).await;
    let issued = sandbox.books().orders_of(&super::email(2))[0].id();
    assert!(sandbox.issue(issued));
    let mut seen = Vec::new();
    report
        .journal
        .refresh(&client, |row| {
            let status = row.status.as_ref().unwrap().clone().unwrap().to_string();
            seen.push((row.reference.clone(), status));
        })
        .await
        .unwrap();
    assert_eq!(seen[1], ("R-2".into(), "issued".into()));
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn what_a_run_had_on_its_way_is_found_after_a_restart() {
    let Scene { sandbox, folder, file, client, key } = Scene::new(12).await;
    let (options, stop) = (RunOptions::new(), super::StopSwitch::new());
    let (sender, mut ended) = tokio::sync::mpsc::unbounded_channel();
    let running = batch(&folder, &file, &sandbox).run(&client, &key, &options, &stop, |event| {
        assert!(matches!(event, BatchEvent::Ended { .. }));
        sender.send(()).unwrap();
    });
    tokio::select! {
        _ = running => {}
        Some(()) = ended.recv() => {}
    }
    let mut journal = loop {
        match Journal::open(&folder.path("journal.db")) {
            Ok(journal) => break journal,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let found = journal.resolve(&client, &key, &at_once().accept()).await.unwrap();
    for row in &found {
        let number = row.reference.trim_start_matches("R-").parse().unwrap();
        let exists = !sandbox.books().orders_of(&super::email(number)).is_empty();
        match row.found.verdict {
            Verdict::Found => assert!(exists, "{}", row.reference),
            Verdict::NotFound => assert!(!exists, "{}", row.reference),
            other => panic!("{}: {other}", row.reference),
        }
    }
}
