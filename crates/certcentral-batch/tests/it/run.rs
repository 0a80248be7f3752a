//! Sending through the journal: each person gets one order, whatever the file is called, and whoever else
//! sends.

use std::time::Duration;

use certcentral::transport::StopSwitch;
use certcentral_batch::{
    Batch, BatchEvent, CheckOptions, Halt, OrderFile, Refusal, RunEnd, RunOptions,
};
use certcentral_journal::{Journal, LookOptions, PlaceOptions, SqliteStore};
use certcentral_sandbox::{Fault, FaultKind, Placing, Sandbox};

use super::{Folder, TODAY, check, client_of, line, ready, run};

fn batch_of(folder: &Folder, name: &str, text: &str) -> Batch {
    let file = OrderFile::open(&folder.write(name, text)).unwrap();
    let (checked, reports) = check(file, &CheckOptions::new(TODAY));
    assert_eq!(reports, []);
    ready(checked)
}

fn lines(numbers: impl IntoIterator<Item = u64>) -> String {
    numbers.into_iter().map(line).collect()
}

/// The references of the rows that were refused, with why.
fn refused(events: &[BatchEvent]) -> Vec<(&str, &'static str)> {
    let of = |event: &'_ BatchEvent| match event {
        BatchEvent::Refused { refusal, .. } => match refusal {
            Refusal::MayExist(_) => "may_exist",
            Refusal::InFlight(_) => "in_flight",
            Refusal::Listed(_) => "listed",
            Refusal::Rejected(_) => "rejected",
            _ => "other",
        },
        _ => "",
    };
    events
        .iter()
        .filter_map(|event| match event {
            BatchEvent::Refused { reference, .. } => Some((reference.as_str(), of(event))),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn the_same_people_get_one_order_each_whatever_the_file_is() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let journal = folder.journal(&sandbox).await;
    let first = batch_of(&folder, "orders.jsonl", &lines(1..=5));
    let survey = first.survey(journal.store(), &sandbox.url(), &[]).await.unwrap();
    assert_eq!((survey.rows, survey.to_send, survey.balance), (5, 5, 5));
    let (report, events) = run(&first, &journal, 3).await;
    assert_eq!((report.end, report.summary.placed), (RunEnd::Completed, 5));
    assert_eq!(events.len(), 5);

    // Renamed, sorted, extended; started by another process.
    let text = lines([7, 5, 3, 1, 2, 4, 6]);
    let extended = batch_of(&folder, "orders (copy).jsonl", &text);
    let journal = folder.journal(&sandbox).await;
    let url = journal.client().base_url().to_string();
    let survey = extended.survey(journal.store(), &url, &[]).await.unwrap();
    assert_eq!((survey.placed, survey.to_send), (5, 2));
    let (report, events) = run(&extended, &journal, 3).await;
    assert_eq!((report.summary.total, report.summary.placed), (7, 7));
    assert!(report.summary.is_all_placed() && events.len() == 2);
    assert_eq!(sandbox.books().order_count(), 7);
}

#[tokio::test]
async fn two_runs_at_once_on_a_new_journal_order_each_once() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let batch = batch_of(&folder, "orders.jsonl", &lines(1..=20));
    let (one, other) = (folder.journal(&sandbox).await, folder.journal(&sandbox).await);
    let ((one, _), (other, _)) = tokio::join!(run(&batch, &one, 4), run(&batch, &other, 4));
    assert_eq!(sandbox.books().order_count(), 20);
    assert_eq!((one.summary.placed, other.summary.placed), (20, 20), "both end truly");
}

#[tokio::test]
async fn with_another_journal_what_is_listed_is_in_the_way() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let batch = batch_of(&folder, "orders.jsonl", &lines(1..=3));
    run(&batch, &folder.journal(&sandbox).await, 1).await;
    let elsewhere = SqliteStore::open_or_create(&folder.path("another.db")).unwrap();
    let elsewhere = Journal::open(elsewhere, client_of(&sandbox).build()).await.unwrap();
    let more = batch_of(&folder, "more.jsonl", &lines(2..=4));
    let (report, events) = run(&more, &elsewhere, 1).await;
    assert_eq!(refused(&events), [("R-2", "listed"), ("R-3", "listed")]);
    assert_eq!((report.summary.refused, report.summary.placed), (2, 1));
    assert_eq!(sandbox.books().order_count(), 4);
}

#[tokio::test]
async fn an_order_by_another_road_counts_and_open_ones_are_looked_up_first() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let journal = folder.journal(&sandbox).await.settle(Duration::ZERO);
    let single = batch_of(&folder, "single.jsonl", &lines([2]));
    let order = single.orders().unwrap().next().unwrap().unwrap().order;
    let placed = journal.place(&order, PlaceOptions::new()).await.unwrap();
    assert_eq!(placed.as_str(), "placed");

    // The answers to two more are lost: one order exists, the other does not.
    for (number, placing) in [(3, Placing::Placed), (4, Placing::Unplaced)] {
        let fault = Fault::with_placing(FaultKind::CloseBeforeAnswer, placing).unwrap();
        sandbox.fail_next_order(fault);
        let lost = batch_of(&folder, "lost.jsonl", &lines([number]));
        let (report, _) = run(&lost, &journal, 1).await;
        assert_eq!(report.summary.unknown, 1);
    }
    let all = batch_of(&folder, "all.jsonl", &lines(1..=4));
    let (report, events) = run(&all, &journal, 1).await;
    assert_eq!(refused(&events), [], "{events:?}");
    assert_eq!(report.summary.placed, 4);
    assert_eq!(sandbox.books().order_count(), 4, "nobody got a second one");
}

#[tokio::test]
async fn what_stays_open_is_not_sent_again() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let journal = folder.journal(&sandbox).await;
    let fault = Fault::with_placing(FaultKind::CloseBeforeAnswer, Placing::Unplaced).unwrap();
    sandbox.fail_next_order(fault);
    let batch = batch_of(&folder, "orders.jsonl", &lines(1..=2));
    let (report, _) = run(&batch, &journal, 1).await;
    assert_eq!((report.summary.unknown, report.summary.placed), (1, 1));
    let (report, events) = run(&batch, &journal, 1).await;
    assert_eq!(refused(&events), [("R-1", "may_exist")], "it is too early");
    assert_eq!((report.summary.refused, report.summary.placed), (1, 1));
    let settled = journal.clone().settle(Duration::ZERO);
    let looked = settled.look_up_open(&LookOptions::new()).await.unwrap();
    assert_eq!(looked.len(), 1);
    let (report, _) = run(&batch, &settled, 1).await;
    assert_eq!(report.summary.placed, 2);
    assert_eq!(sandbox.books().order_count(), 2);
}

#[tokio::test]
async fn a_refusal_of_its_own_is_repeated_only_when_the_row_is_named_or_corrected() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let journal = folder.journal(&sandbox).await;
    let batch = batch_of(&folder, "orders.jsonl", &lines(1..=2));
    sandbox.fail_next_order(FaultKind::Status(422));
    let (report, _) = run(&batch, &journal, 1).await;
    assert_eq!((report.summary.rejected, report.summary.placed), (1, 1));
    let (report, events) = run(&batch, &journal, 1).await;
    assert_eq!(refused(&events), [("R-1", "rejected")]);
    assert_eq!((report.summary.rejected, report.summary.placed), (1, 1));
    let corrected = lines(1..=2).replacen("Voorbeeldgracht 1", "Voorbeeldgracht 2", 1);
    let corrected = batch_of(&folder, "corrected.jsonl", &corrected);
    let (report, _) = run(&corrected, &journal, 1).await;
    assert_eq!(report.summary.placed, 2);

    let third = folder.write("third.jsonl", &lines([3]));
    let open = |options: &CheckOptions| ready(check(OrderFile::open(&third).unwrap(), options).0);
    sandbox.fail_next_order(FaultKind::Status(422));
    run(&open(&CheckOptions::new(TODAY)), &journal, 1).await;
    let named = open(&CheckOptions::new(TODAY).only(["R-3".to_owned()]));
    let (report, _) = run(&named, &journal, 1).await;
    assert_eq!(report.summary.placed, 1);
}

#[tokio::test]
async fn a_refused_key_stops_the_run_and_the_row_is_sent_the_next_time() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let journal = folder.journal(&sandbox).await;
    let batch = batch_of(&folder, "orders.jsonl", &lines(1..=3));
    sandbox.fail_next_order(FaultKind::Status(401));
    let (report, events) = run(&batch, &journal, 3).await;
    assert_eq!(report.end, RunEnd::Halted(Halt::Refused { status: 401 }));
    assert_eq!((report.summary.rejected, report.summary.ready, events.len()), (1, 2, 1));
    let (report, _) = run(&batch, &journal, 3).await;
    assert_eq!(report.summary.placed, 3);
}

#[tokio::test]
async fn a_stopped_run_sends_nothing_more_and_goes_on_the_next_time() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let journal = folder.journal(&sandbox).await;
    let batch = batch_of(&folder, "orders.jsonl", &lines(1..=5));
    let stop = StopSwitch::new();
    let report = batch
        .run(&journal, &RunOptions::new(), &stop, |event| {
            if let BatchEvent::Ended { reference, .. } = event
                && reference == "R-2"
            {
                stop.stop();
            }
        })
        .await
        .unwrap();
    assert_eq!((report.end, report.summary.placed), (RunEnd::Stopped, 2));
    assert_eq!((report.summary.ready, sandbox.books().order_count()), (3, 2));
    let (report, _) = run(&batch, &journal, 1).await;
    assert_eq!(report.summary.placed, 5);
    assert_eq!(sandbox.books().order_count(), 5);
}

#[tokio::test]
async fn a_journal_that_is_taken_away_stops_the_run_and_is_rescued() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let journal = folder.journal(&sandbox).await;
    let batch = batch_of(&folder, "orders.jsonl", &lines(1..=5));
    let taken = folder.path("taken.db");
    let error = batch
        .run(&journal, &RunOptions::new(), &StopSwitch::new(), |event| {
            if matches!(event, BatchEvent::Ended { reference, .. } if reference == "R-2") {
                std::fs::rename(folder.path("journal.db"), &taken).unwrap();
            }
        })
        .await
        .unwrap_err();
    assert!(error.to_string().contains("moved"), "{error}");
    assert_eq!(sandbox.books().order_count(), 2);
    let rescued = journal.store().rescue().unwrap();
    let refused = SqliteStore::open_or_create(&folder.path("journal.db")).unwrap_err();
    assert!(refused.to_string().contains("rescued") || refused.to_string().contains("journal"));
    // Put in the journal's place, it is the journal.
    drop(journal);
    std::fs::rename(rescued, folder.path("journal.db")).unwrap();
    let (report, _) = run(&batch, &folder.journal(&sandbox).await, 1).await;
    assert_eq!(report.summary.placed, 5);
    assert_eq!(sandbox.books().order_count(), 5);
}

#[tokio::test]
async fn no_person_and_no_card_is_in_the_journal_at_any_moment() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await.unwrap());
    let journal = folder.journal(&sandbox).await;
    let example = include_str!("../../../../docs/examples/card-payment.json");
    let example: serde_json::Value = serde_json::from_str(example).unwrap();
    let card = format!(
        r#""payment_method":"card","credit_card":{},"billing_address":{}"#,
        example["credit_card"], example["billing_address"]
    );
    let number = &example["credit_card"]["number"];
    let text = lines(1..=8).replace(r#""payment_method":"balance""#, &card);
    let file = OrderFile::open(&folder.write("orders.jsonl", &text)).unwrap();
    let (checked, _) = check(file, &CheckOptions::new(TODAY).skip_invalid());
    let batch = ready(checked);
    let mut looks = 0;
    let (options, stop) = (RunOptions::new(), StopSwitch::new());
    let report = batch.run(&journal, &options, &stop, |_| {
        looks += 1;
        for file in ["journal.db", "journal.db-journal"] {
            let bytes = std::fs::read(folder.path(file)).unwrap_or_default();
            for secret in [number.as_str().unwrap(), "Voorbeeld", "person-", "@example"] {
                let holds = bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
                assert!(!holds, "{secret} in {file}");
            }
        }
    });
    assert_eq!(report.await.unwrap().summary.placed, 8);
    assert_eq!(looks, 8);
}
