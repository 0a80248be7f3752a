//! Placing an order once: every road on which the same order could be bought twice.

use std::path::PathBuf;
use std::time::Duration;

use certcentral::model::OrderId;
use certcentral::pkio_professional::Order;
use certcentral::transport::{BaseUrl, Pacing, StopSwitch};
use certcentral::{ApiKey, Client, RetryPolicy, Validated, Verdict};
use certcentral_journal::{
    Journal, LookOptions, PlaceOptions, Placement, Reference, SqliteStore, State, Store, Wanted,
};
use certcentral_sandbox::scripted::{Script, ScriptedServer};
use certcentral_sandbox::{Fault, FaultKind, Placing, Sandbox};
use tempfile::TempDir;

fn order_for(first_name: &str, last_name: &str, email: &str) -> Validated<Order> {
    let text = include_str!("../../../../docs/examples/new-professional.json");
    let mut order: Order = serde_json::from_str(text).unwrap();
    let individual = &mut order.certificate.individual;
    individual.first_name = Some(first_name.into());
    individual.last_name = Some(last_name.into());
    individual.email = Some(email.into());
    Validated::bypassing_rules(order)
}

pub(crate) fn fenna() -> Validated<Order> {
    order_for("Fenna", "de Wit", "fenna.dewit@example.com")
}

pub(crate) fn reference(text: &str) -> Reference {
    Reference::new(text).unwrap()
}

fn client(url: &str, key: &str) -> Client {
    let client =
        Client::builder(ApiKey::new(key).unwrap()).base_url(url.parse::<BaseUrl>().unwrap());
    let client = client.pacing(Pacing::unlimited()).attempt_timeout(Duration::from_secs(5));
    client.retry(RetryPolicy::default().attempts(1)).build()
}

/// A journal in a folder, and a server.
pub(crate) struct Scene {
    folder: TempDir,
    sandbox: Sandbox,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), sandbox: Sandbox::start().await.unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    pub(crate) fn client(&self) -> Client {
        client(&self.sandbox.url(), self.sandbox.api_key())
    }

    /// The journal as another process would open it.
    async fn journal(&self) -> Journal<SqliteStore> {
        let store = SqliteStore::open_or_create(&self.path()).unwrap();
        Journal::open(store, self.client()).await.unwrap()
    }

    pub(crate) fn orders(&self) -> u64 {
        self.sandbox.books().order_count()
    }
}

pub(crate) fn id_of(placement: &Placement) -> OrderId {
    match placement {
        Placement::Placed(placed) => placed.entry.order_id.unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reference_gives_the_same_answer_from_any_process() {
    let scene = Scene::new().await;
    let one = scene.journal().await;
    let first = one.place_once(&reference("case 1"), &fenna()).await.unwrap();
    let Placement::Placed(placed) = &first else { panic!("{first:?}") };
    assert!(placed.outcome.is_some() && placed.recorded);
    let again = scene.journal().await.place_once(&reference("case 1"), &fenna()).await.unwrap();
    let Placement::Placed(replayed) = &again else { panic!("{again:?}") };
    assert!(replayed.outcome.is_none(), "nothing was sent");
    assert_eq!(id_of(&again), id_of(&first));
    assert_eq!(scene.orders(), 1);

    let other = order_for("Jan", "Jansen", "jan@example.com");
    let conflict = one.place_once(&reference("case 1"), &other).await.unwrap();
    assert!(matches!(conflict, Placement::Conflict(_)), "{conflict:?}");
    assert_eq!(scene.orders(), 1);
}

#[tokio::test]
async fn another_reference_for_the_same_person_is_refused_until_the_order_is_named() {
    let scene = Scene::new().await;
    let journal = scene.journal().await;
    let first = journal.place_once(&reference("case 1"), &fenna()).await.unwrap();
    let second = journal.place_once(&reference("case 2"), &fenna()).await.unwrap();
    let Placement::SamePerson(orders) = &second else { panic!("{second:?}") };
    assert_eq!(orders.entries[0].order_id, Some(id_of(&first)));
    assert!(!orders.has_open() && orders.in_flight().is_none());
    assert_eq!(scene.orders(), 1);

    let besides = || PlaceOptions::new().reference(reference("case 3")).besides([id_of(&first)]);
    let named = journal.place(&fenna(), besides()).await.unwrap();
    assert_ne!(id_of(&named), id_of(&first));
    // What was named stays named, and the new order is in the way.
    let third = journal.place(&fenna(), PlaceOptions::new()).await.unwrap();
    let Placement::SamePerson(orders) = &third else { panic!("{third:?}") };
    assert_eq!(orders.entries.len(), 1);
    assert_eq!(orders.entries[0].order_id, Some(id_of(&named)));
}

#[tokio::test]
async fn two_callers_at_once_place_one_order() {
    let scene = Scene::new().await;
    let (one, other) = (scene.journal().await, scene.journal().await);
    let (reference, order) = (reference("case 1"), fenna());
    let (first, second) =
        tokio::join!(one.place_once(&reference, &order), other.place_once(&reference, &order));
    assert_eq!(scene.orders(), 1);
    let kinds = [first.unwrap().as_str(), second.unwrap().as_str()];
    assert!(kinds.contains(&"placed"), "{kinds:?}");
    assert!(kinds.iter().all(|kind| ["placed", "in_flight"].contains(kind)), "{kinds:?}");
    let replay = one.place_once(&reference, &order).await.unwrap();
    assert_eq!(replay.as_str(), "placed");
}

#[tokio::test]
async fn what_certcentral_lists_is_in_the_way_of_another_journal() {
    let scene = Scene::new().await;
    let first = scene.journal().await.place(&fenna(), PlaceOptions::new()).await.unwrap();
    // A colleague's machine, a restored backup, another name: nothing is known there.
    let elsewhere = SqliteStore::open_or_create(&scene.folder.path().join("other.db")).unwrap();
    let elsewhere = Journal::open(elsewhere, scene.client()).await.unwrap();
    let options = || PlaceOptions::new().look_first();
    let second = elsewhere.place(&fenna(), options()).await.unwrap();
    let Placement::Listed(listed) = &second else { panic!("{second:?}") };
    assert_eq!(listed.orders[0].order_id, Some(id_of(&first)));
    assert_eq!(scene.orders(), 1);
    let someone = order_for("Jan", "Jansen", "jan@example.com");
    assert_eq!(elsewhere.place(&someone, options()).await.unwrap().as_str(), "placed");
    let named = elsewhere.place(&fenna(), options().besides([id_of(&first)])).await.unwrap();
    assert_eq!(named.as_str(), "placed");
    let strangers = elsewhere.strangers::<Order>("2020-01-01T00:00:00Z".parse().unwrap()).await;
    let strangers: Vec<_> = strangers.unwrap().into_iter().map(|order| order.id).collect();
    assert_eq!(strangers, [id_of(&first)]);
}

#[tokio::test]
async fn what_is_refused_for_good_is_a_replay_and_a_corrected_order_is_taken() {
    let refusal = r#"{"errors":[{"code":"invalid_name","message":"No such name."}]}"#;
    let scripts = [
        Script::new().read_request().respond(400, refusal),
        Script::new().read_request().respond(429, "{}"),
        Script::new().read_request().respond(401, "{}"),
        Script::new().read_request().respond(201, r#"{"id":77}"#).repeat(),
    ];
    let empty = Script::new().read_request().respond(200, "{}");
    let server = ScriptedServer::start_with_look_ups(empty, scripts).await.unwrap();
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open_or_create(&folder.path().join("journal.db")).unwrap();
    let journal = Journal::open(store, client(&server.url(), "a-key")).await.unwrap();
    let (case, order) = (reference("case 1"), fenna());
    for sends in [true, false] {
        let refused = journal.place_once(&case, &order).await.unwrap();
        let Placement::Rejected(rejected) = &refused else { panic!("{refused:?}") };
        assert_eq!(rejected.outcome.is_some(), sends);
        assert_eq!(rejected.entry.reason.as_deref(), Some("invalid_name"));
    }
    assert_eq!(server.posts(), 1);
    // Corrected: it is taken; and what is not about the order is sent again as it is.
    let corrected = order_for("Fenna", "de Wit", "f.dewit@example.com");
    for (kind, posts) in [("not_placed", 2), ("not_placed", 3), ("placed", 4), ("placed", 4)] {
        let placement = journal.place_once(&case, &corrected).await.unwrap();
        assert_eq!((placement.as_str(), server.posts()), (kind, posts));
    }
}

#[tokio::test]
async fn a_lost_answer_stays_unknown_until_a_look_ends_it() {
    let scene = Scene::new().await;
    let lost = [Script::new().read_request().close().repeat()];
    let empty = Script::new().read_request().respond(200, "{}");
    let server = ScriptedServer::start_with_look_ups(empty, lost).await.unwrap();
    let store = SqliteStore::open_or_create(&scene.path()).unwrap();
    let journal = Journal::open(store, client(&server.url(), "a-key")).await.unwrap();
    let journal = journal.settle(Duration::from_secs(900));
    let case = reference("case 1");
    let lost = journal.place_once(&case, &fenna()).await.unwrap();
    let Placement::Unknown(unknown) = &lost else { panic!("{lost:?}") };
    assert!(unknown.outcome.is_some() && unknown.recorded);
    let waits = unknown.look_from.duration_since(unknown.entry.ended_at.unwrap());
    assert_eq!(waits.as_secs(), 900);
    for order in [fenna(), order_for("Fenna", "de With", "fenna.dewit@example.com")] {
        let refused = journal.place(&order, PlaceOptions::new()).await.unwrap();
        let Placement::SamePerson(orders) = &refused else { panic!("{refused:?}") };
        assert!(orders.has_open(), "a typo that was corrected buys nothing");
    }
    let again = journal.place_once(&case, &fenna()).await.unwrap();
    assert_eq!((again.as_str(), server.posts()), ("unknown", 1));
    assert_eq!(journal.open_entries().await.unwrap().len(), 1);
    // At another server nothing is known of it.
    let elsewhere = scene.journal().await;
    assert!(elsewhere.open_entries().await.unwrap().is_empty());
    assert_eq!(elsewhere.place_once(&case, &fenna()).await.unwrap().as_str(), "placed");
    assert_eq!(elsewhere.entry(&case).await.unwrap().unwrap().state, State::Placed);
}

/// The next answer is lost, and the order was placed or was not.
fn lose_next_answer(sandbox: &Sandbox, placing: Placing) {
    let fault = Fault::with_placing(FaultKind::CloseBeforeAnswer, placing).unwrap();
    sandbox.fail_next_order(fault);
}

#[tokio::test]
async fn a_look_records_what_it_finds_and_the_way_is_free_where_it_finds_nothing() {
    let scene = Scene::new().await;
    let journal = scene.journal().await.settle(Duration::ZERO);
    let case = reference("case 1");
    let (asked, options) = ([(case.clone(), fenna())], LookOptions::new());
    let orders: Vec<_> = asked.iter().map(|(case, it)| (case.clone(), it.order())).collect();

    lose_next_answer(&scene.sandbox, Placing::Unplaced);
    let lost = journal.place_once(&case, &fenna()).await.unwrap();
    assert_eq!(lost.as_str(), "unknown");
    let dry = journal.look_up(&orders, &LookOptions::new().dry_run()).await.unwrap();
    assert_eq!(dry[0].report.verdict, Verdict::NotFound);
    assert_eq!(journal.entry(&case).await.unwrap().unwrap().state, State::Unknown);
    // While a sender may still be at it, nothing is absent; then it is.
    let looked = journal.look_up(&orders, &options).await.unwrap();
    assert_eq!((looked[0].report.verdict, looked[0].order), (Verdict::NotFound, Some(0)));
    assert_eq!(looked[0].entry.state, State::Absent);

    lose_next_answer(&scene.sandbox, Placing::Placed);
    let lost = journal.place_once(&case, &fenna()).await.unwrap();
    assert_eq!((lost.as_str(), scene.orders()), ("unknown", 1), "it was sent again");
    // By the person alone, as a file without a reference is looked for.
    let looked = journal.look_up_persons(&[fenna().order()], &options).await.unwrap();
    assert!(matches!(looked[0].report.verdict, Verdict::Found(_)), "{looked:?}");
    assert_eq!(looked[0].entry.state, State::Placed);
    let replay = journal.place_once(&case, &fenna()).await.unwrap();
    assert_eq!(replay.as_str(), "placed");
    assert_eq!(scene.orders(), 1);
    assert!(journal.look_up(&orders, &options).await.unwrap().is_empty());
}

#[tokio::test]
async fn without_names_an_order_is_found_by_an_id_alone() {
    let scene = Scene::new().await;
    let journal = scene.journal().await.settle(Duration::ZERO);
    lose_next_answer(&scene.sandbox, Placing::Placed);
    let _ = journal.place(&fenna(), PlaceOptions::new()).await.unwrap();
    let looked = journal.look_up_open(&LookOptions::new()).await.unwrap();
    assert_eq!(looked[0].report.verdict, Verdict::Ambiguous, "nobody's name is known");
    let order = looked[0].report.candidates[0].order_id.unwrap();
    let entry = journal.accept_attempt(looked[0].entry.attempt, order).await.unwrap();
    assert_eq!((entry.state, entry.order_id), (State::Placed, Some(order)));

    lose_next_answer(&scene.sandbox, Placing::Unplaced);
    let jan = order_for("Jan", "Jansen", "jan@example.com");
    let _ = journal.place(&jan, PlaceOptions::new()).await.unwrap();
    let looked = journal.look_up_open(&LookOptions::new()).await.unwrap();
    assert_eq!(looked[0].report.verdict, Verdict::NotFound, "what is another's is no doubt");
}

#[tokio::test]
async fn a_person_decides_only_after_the_settle_time() {
    let scene = Scene::new().await;
    let journal = scene.journal().await;
    let case = reference("case 1");
    lose_next_answer(&scene.sandbox, Placing::Unplaced);
    let _ = journal.place_once(&case, &fenna()).await.unwrap();
    let early = journal.release(&case).await.unwrap_err();
    assert!(early.to_string().contains("too early"), "{early}");
    let entry = journal.settle(Duration::ZERO).release(&case).await.unwrap();
    assert_eq!(entry.state, State::Absent);
}

#[tokio::test]
async fn after_a_stop_nothing_is_sent_and_nothing_is_claimed() {
    let scene = Scene::new().await;
    let stop = StopSwitch::new();
    let journal = scene.journal().await;
    let journal = journal.with_client(scene.client().with_stop(&stop));
    stop.stop();
    let placement = journal.place(&fenna(), PlaceOptions::new()).await.unwrap();
    let Placement::NotPlaced(not_placed) = &placement else { panic!("{placement:?}") };
    assert_eq!((&*not_placed.reason, not_placed.entry.is_none()), ("stopped", true));
    let all = journal.store().records(&Wanted::All, None, 9).await.unwrap();
    assert!(all.is_empty());
    assert_eq!(scene.orders(), 0);
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent() {
    let scene = Scene::new().await;
    let journal = scene.journal().await.send_within(Duration::ZERO);
    let placement = journal.place(&fenna(), PlaceOptions::new()).await.unwrap();
    let Placement::NotPlaced(not_placed) = &placement else { panic!("{placement:?}") };
    assert_eq!(not_placed.reason, "deadline_passed");
    assert_eq!(not_placed.entry.as_ref().unwrap().state, State::NotSent);
    assert_eq!(scene.orders(), 0);
}

#[tokio::test]
async fn a_caller_that_goes_away_loses_nothing() {
    let scene = Scene::new().await;
    let journal = scene.journal().await;
    let case = reference("case 1");
    let order = fenna();
    let mut placing = Box::pin(journal.place_once(&case, &order));
    // The handler is dropped at its first wait.
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(placing.as_mut().poll(context).is_ready())
    });
    assert!(!polled.await);
    drop(placing);
    loop {
        let entry = journal.entry(&case).await.unwrap();
        if entry.is_some_and(|entry| entry.state == State::Placed) {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.orders(), 1);
}

#[tokio::test]
async fn without_a_card_or_a_person_in_the_file() {
    let scene = Scene::new().await;
    let journal = scene.journal().await;
    let text = include_str!("../../../../docs/examples/card-payment.json");
    let order: Order = serde_json::from_str(text).unwrap();
    let card = order.credit_card.clone().unwrap();
    let holder = order.certificate.individual.clone();
    let placed =
        journal.place_once(&reference("case 1"), &Validated::bypassing_rules(order)).await.unwrap();
    assert_eq!(placed.as_str(), "placed");
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(scene.folder.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(holds("case 1"));
    for secret in [
        card.number.expose(),
        card.cvv.expose(),
        holder.first_name.as_deref().unwrap(),
        holder.last_name.as_deref().unwrap(),
        holder.email.as_deref().unwrap(),
        scene.sandbox.api_key(),
    ] {
        assert!(!holds(secret), "{}", secret.len());
    }
}
