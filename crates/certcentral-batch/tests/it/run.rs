//! What is sent, what is not, and what the journal says of it.

use std::num::NonZeroUsize;
use std::time::Duration;

use certcentral::transport::{OutcomeKind, StopSwitch};
use certcentral::{ApiKey, Client};
use certcentral_batch::{
    Batch, BatchError, BatchEvent, CheckOptions, Halt, Journal, OrderFile, RunEnd, RunOptions,
};
use certcentral_sandbox::{Fault, Sandbox};

use super::{Scene, TODAY, batch, check, client_of, key_of, line, ready, results, run};

fn fault(text: &str) -> Fault {
    text.parse().unwrap()
}

#[tokio::test]
async fn all_orders_of_a_file_are_placed_once() {
    for concurrency in [1, 8] {
        let Scene { sandbox, folder, file, client, .. } = Scene::new(40).await;
        let (report, ended) =
            run(batch(&folder, &file, &sandbox), &client, &sandbox, concurrency).await;
        assert_eq!(report.end, RunEnd::Completed);
        assert!(report.summary.is_all_placed(), "{:?}", report.summary);
        assert_eq!(ended.len(), 40);
        let books = sandbox.books();
        assert_eq!(books.order_count(), 40);
        for number in 1..=40 {
            let order = &books.orders_of(&super::email(number))[0];
            let row = &results(&report.journal)[usize::try_from(number).unwrap()];
            assert!(row.starts_with(&format!("R-{number},placed,{},", order.id())), "{row}");
        }
        drop(report);
        // Once more, and nothing is left to do.
        let again = batch(&folder, &file, &sandbox);
        assert_eq!(again.plan().to_send, 0);
        let (report, ended) = run(again, &client, &sandbox, concurrency).await;
        assert_eq!((ended.len(), books.order_count()), (0, 40));
        assert!(report.summary.is_all_placed());
    }
}

#[tokio::test]
async fn a_run_takes_up_what_surely_does_not_exist() {
    let Scene { sandbox, folder, file, client, .. } = Scene::new(5).await;
    sandbox.fail_next_order(fault("close-before-answer:placed"));
    sandbox.fail_next_order(fault("status-503"));
    sandbox.fail_next_order(fault("status-429"));
    sandbox.fail_next_order(fault("status-400"));
    let (report, ended) = run(batch(&folder, &file, &sandbox), &client, &sandbox, 1).await;
    let kinds: Vec<_> = ended.iter().map(|(_, outcome)| outcome.kind()).collect();
    assert_eq!(kinds[0], OutcomeKind::Unknown);
    assert_eq!(kinds[1..4], [OutcomeKind::Rejected; 3]);
    assert_eq!(kinds[4], OutcomeKind::Placed);
    assert!(!report.summary.is_all_placed());
    drop(report);

    let again = batch(&folder, &file, &sandbox);
    assert_eq!(again.plan().to_send, 2, "the two that were refused for now");
    let (report, _) = run(again, &client, &sandbox, 1).await;
    let summary = report.summary;
    assert_eq!((summary.placed, summary.unknown, summary.rejected), (3, 1, 1));
    drop(report);

    // A refusal for good is tried again by name only.
    let only = |reference: &str| CheckOptions::new(TODAY).only([reference.to_owned()]);
    let open = || OrderFile::open(&file).unwrap();
    let named = ready(check(folder.journal(), open(), &sandbox.url(), &only("R-4")).0);
    assert_eq!((named.plan().to_send, named.plan().balance), (1, 1));
    let (report, _) = run(named, &client, &sandbox, 1).await;
    assert_eq!((report.summary.placed, report.summary.unknown), (4, 1));
    drop(report);
    for (reference, why) in
        [("R-1", "may be placed"), ("R-2", "is placed"), ("R-9", "is not in the file")]
    {
        let refused =
            Batch::check(folder.journal(), open(), &sandbox.url(), &only(reference), |_| {});
        let error = refused.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert_eq!(sandbox.books().order_count(), 5);
}

#[tokio::test]
async fn a_wrong_key_is_refused_once() {
    let Scene { sandbox, folder, file, .. } = Scene::new(50).await;
    let wrong = ApiKey::new("not-the-key-of-the-sandbox").unwrap();
    let client = Client::builder(wrong.clone()).base_url(sandbox.url().parse().unwrap()).build();
    let options = RunOptions::new().concurrency(NonZeroUsize::new(16).unwrap());
    let batch = batch(&folder, &file, &sandbox);
    let report = batch.run(&client, &wrong, &options, &StopSwitch::new(), |_| {}).await.unwrap();
    assert!(matches!(report.end, RunEnd::Halted(Halt::Refused { status: 401 | 403 })));
    assert_eq!((report.summary.rejected, report.summary.ready), (1, 49));
    let requests = sandbox.books().requests();
    assert_eq!(requests.iter().filter(|request| request.method() == "POST").count(), 1);
}

#[tokio::test]
async fn a_server_in_trouble_is_left_alone() {
    let sandbox = Sandbox::builder().fault(fault("status-500"), 1.0).start().await.unwrap();
    let Scene { sandbox, folder, file, client, .. } = Scene::at(sandbox, 50);
    let (report, _) = run(batch(&folder, &file, &sandbox), &client, &sandbox, 1).await;
    assert_eq!(report.end, RunEnd::Halted(Halt::NothingPlaced { orders: 10 }));
    assert_eq!((report.summary.unknown, report.summary.ready), (10, 40));
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_costs_no_row() {
    let Scene { sandbox, folder, file, .. } = Scene::new(30).await;
    let batch = batch(&folder, &file, &sandbox);
    let client = client_of(&sandbox).build();
    let key = key_of(&sandbox);
    sandbox.shutdown().await;
    let report =
        batch.run(&client, &key, &RunOptions::new(), &StopSwitch::new(), |_| {}).await.unwrap();
    assert_eq!((report.summary.not_sent, report.summary.ready), (10, 20));
}

#[tokio::test]
async fn a_stopped_run_ends_what_is_on_its_way_and_can_go_on() {
    let sandbox = Sandbox::builder()
        .fault(fault("slow"), 1.0)
        .slow_answer(Duration::from_millis(20))
        .start()
        .await
        .unwrap();
    let Scene { sandbox, folder, file, client, .. } = Scene::at(sandbox, 60);
    let stop = StopSwitch::new();
    let options = RunOptions::new().concurrency(NonZeroUsize::new(4).unwrap());
    let mut ended = 0;
    let report = batch(&folder, &file, &sandbox)
        .run(&client, &key_of(&sandbox), &options, &stop, |event| {
            if matches!(event, BatchEvent::Ended { .. }) {
                ended += 1;
                if ended == 10 {
                    stop.stop();
                }
            }
        })
        .await
        .unwrap();
    assert_eq!(report.end, RunEnd::Stopped);
    let summary = report.summary;
    assert_eq!(summary.unknown, 0, "{summary:?}");
    assert!(summary.placed >= 10 && summary.placed < 60, "{summary:?}");
    assert_eq!(summary.placed + summary.ready + summary.not_sent, 60);
    assert_eq!(sandbox.books().order_count(), summary.placed);
    drop(report);
    let (report, _) = run(batch(&folder, &file, &sandbox), &client, &sandbox, 4).await;
    assert!(report.summary.is_all_placed());
    assert_eq!(sandbox.books().order_count(), 60);
}

#[tokio::test]
async fn a_run_that_is_dropped_leaves_a_true_journal() {
    let sandbox = Sandbox::builder()
        .fault(fault("slow"), 1.0)
        .slow_answer(Duration::from_millis(30))
        .start()
        .await
        .unwrap();
    let Scene { sandbox, folder, file, client, .. } = Scene::at(sandbox, 50);
    let (key, options, stop) = (key_of(&sandbox), RunOptions::new(), StopSwitch::new());
    let (sender, mut ended) = tokio::sync::mpsc::unbounded_channel();
    let running = batch(&folder, &file, &sandbox).run(&client, &key, &options, &stop, move |_| {
        sender.send(()).unwrap();
    });
    tokio::select! {
        _ = running => panic!("it was faster"),
        Some(()) = ended.recv() => {}
    }
    // The writer of the journal may need a moment to let go of it.
    let journal = loop {
        match Journal::open(&folder.path("journal.db")) {
            Ok(journal) => break journal,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let summary = journal.summary().unwrap().unwrap();
    assert!(summary.placed >= 1, "{summary:?}");
    assert_eq!(summary.placed + summary.unknown + summary.ready, 50, "{summary:?}");
    assert!(sandbox.books().order_count() <= summary.placed + summary.unknown);
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_ends_the_run() {
    let Scene { sandbox, folder, file, .. } = Scene::new(3).await;
    let checked = batch(&folder, &file, &sandbox);
    let text: String = (1..=3).map(line).collect();
    folder.write("orders.jsonl", &text.replace("person-2@", "person-X@"));
    let client = client_of(&sandbox).build();
    let error = checked
        .run(&client, &key_of(&sandbox), &RunOptions::new(), &StopSwitch::new(), |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, BatchError::Journal(_)));
    assert!(error.to_string().contains("row 2 was changed"), "{error}");
    assert_eq!(sandbox.books().order_count(), 1);
    let summary = folder.journal().summary().unwrap().unwrap();
    assert_eq!((summary.placed, summary.ready), (1, 2));
}

#[tokio::test]
async fn retries_are_told_with_their_reference() {
    let Scene { sandbox, folder, file, .. } = Scene::new(1).await;
    sandbox.fail_next_order(fault("status-429"));
    let client = client_of(&sandbox)
        .retry(certcentral::transport::RetryPolicy::default().first_wait(Duration::from_millis(1)))
        .build();
    let mut told = Vec::new();
    batch(&folder, &file, &sandbox)
        .run(&client, &key_of(&sandbox), &RunOptions::new(), &StopSwitch::new(), |event| {
            told.push(match event {
                BatchEvent::Retrying { reference, attempt } => {
                    format!("{reference} again after {:?}", attempt.status)
                }
                BatchEvent::Ended { reference, outcome } => {
                    format!("{reference} {}", outcome.kind())
                }
                _ => panic!("{event:?}"),
            });
        })
        .await
        .unwrap();
    assert_eq!(told, ["R-1 again after Some(429)", "R-1 placed"]);
}

#[tokio::test]
async fn rows_are_sent_in_the_order_of_the_file() {
    let Scene { sandbox, folder, file, .. } = Scene::new(20).await;
    run(batch(&folder, &file, &sandbox), &client_of(&sandbox).build(), &sandbox, 1).await;
    let sent: Vec<String> = sandbox
        .books()
        .orders()
        .iter()
        .map(|order| order.individual().email.clone().unwrap())
        .collect();
    assert_eq!(sent, (1..=20).map(super::email).collect::<Vec<_>>());
}
