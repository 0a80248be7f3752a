//! Finding an order of which it is unknown whether it was placed: every verdict over HTTP, and all that
//! must keep `not_found` from being said. What rows say to a search is tried in `src/lookup/find`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use certcentral_model::pkio_professional::{Individual, Order};
use certcentral_model::{Holder, OrderId, ProductOrder as _};
use certcentral_sandbox::scripted::{Answer, ReceivedRequest, Script, ScriptedServer};
use certcentral_transport::{
    ApiKey, Client, FindReport, LookupError, Match, OrderSearch, Outcome, Verdict,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::caller::{KEY, client, individual, number, order, order_for, respond, serve};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The lists of a server.
#[derive(Clone, Default)]
struct Lists {
    orders: Vec<Value>,
    requests: Vec<Value>,
    /// What its answers say of the time.
    clock: Clock,
    total: Total,
    /// Entries a page, whatever is asked for.
    page: Option<usize>,
    /// The status of the request list, if not 200.
    requests_fail: Option<u16>,
    /// Entries that come to the top of the order list after each page, up to so many.
    growth: (usize, usize),
}

#[derive(Clone, Copy, Default)]
enum Clock {
    #[default]
    Right,
    Ahead(SignedDuration),
    Absent,
    Cached,
    Never,
}

#[derive(Clone, Copy, Default)]
enum Total {
    #[default]
    Right,
    Absent,
    More(usize),
    /// One less with each page.
    Shrinking,
}

impl Lists {
    async fn serve(self) -> ScriptedServer {
        let pages = Arc::new(AtomicUsize::new(0));
        let answer = move |request: &ReceivedRequest| {
            let is_order_list = request.target().contains("certificate?");
            if !is_order_list && !request.target().starts_with("/services/v2/request?") {
                let id = request.target().rsplit('/').next().unwrap();
                let order = self.orders.iter().find(|it| it["id"].as_u64() == id.parse().ok());
                let answer = |order: &Value| Answer::json(200, order.to_string());
                return order.map_or_else(|| Answer::json(404, "{}"), answer);
            }
            if let (false, Some(status)) = (is_order_list, self.requests_fail) {
                return Answer::json(status, "{}");
            }
            let read = pages.fetch_add(1, Ordering::SeqCst);
            let (name, mut entries) = if is_order_list {
                ("orders", self.orders.clone())
            } else {
                ("requests", self.requests.clone())
            };
            if is_order_list {
                let (each, most) = self.growth;
                let grown = (1..=(each * read).min(most)).rev();
                entries.splice(0..0, grown.map(|n| other_product(10_000 + n as u64)));
            }
            let (offset, limit): (usize, usize) =
                (number(request, "offset"), number(request, "limit"));
            let shown = entries.iter().skip(offset).take(self.page.unwrap_or(limit));
            let mut body = json!({ name: shown.collect::<Vec<_>>() });
            body["page"] = match self.total {
                Total::Right => json!({ "total": entries.len() }),
                Total::Absent => json!({ "limit": 0 }),
                Total::More(more) => json!({ "total": entries.len() + more }),
                Total::Shrinking => json!({ "total": entries.len() + 1_000 - read }),
            };
            let answer = Answer::json(200, body.to_string());
            let date = |time: Timestamp| httpdate::fmt_http_date(SystemTime::from(time));
            match self.clock {
                Clock::Right => answer.header("Date", date(Timestamp::now())),
                Clock::Ahead(offset) => answer.header("Date", date(Timestamp::now() + offset)),
                Clock::Absent => answer,
                Clock::Cached => answer.header("Date", date(Timestamp::now())).header("Age", "7"),
                Clock::Never => answer.header("Date", "Thu, 01 Jan 1970 00:00:07 GMT"),
            }
        };
        serve([Script::new().read_request().respond_by(answer).repeat()]).await
    }

    async fn find(self, search: &OrderSearch) -> Result<FindReport, LookupError> {
        let server = self.serve().await;
        client(&server).find_order(search).await
    }

    async fn verdict(self, search: &OrderSearch) -> Verdict {
        self.find(search).await.unwrap().verdict
    }
}

/// So long ago, by this machine's clock.
fn ago(time: SignedDuration) -> Timestamp {
    Timestamp::now() - time
}

/// An order that was sent so long ago and given up a minute later, when this machine's clock was as the
/// server's.
fn sent(time_ago: SignedDuration) -> OrderSearch {
    OrderSearch::new(&order(), ago(time_ago), ago(time_ago - MINUTE))
        .clock_offset(SignedDuration::ZERO)
}

/// Sent half an hour ago: the lists have settled.
fn settled() -> OrderSearch {
    sent(MINUTE * 30)
}

/// An entry of the order list for the holder of [`order`].
fn entry(id: u64, made: Timestamp) -> Value {
    json!({
        "id": id,
        "status": "pending",
        "date_created": made.to_string(),
        "product": { "name_id": Order::PRODUCT_NAME_ID },
        "certificate": { "common_name": "Fenna de Wit", "emails": ["fenna.dewit@example.com"] },
    })
}

/// An entry for another holder.
fn stranger(id: u64) -> Value {
    let named = with(entry(id, ago(MINUTE * 29)), "/certificate/common_name", json!("Jan Jansen"));
    with(named, "/certificate/emails", json!(["jan@example.com"]))
}

fn other_product(id: u64) -> Value {
    with(entry(id, ago(MINUTE * 29)), "/product/name_id", json!("ssl_basic"))
}

/// A request for an order of the holder of [`order`].
fn request(id: u64, order_id: u64) -> Value {
    json!({
        "id": id,
        "date": ago(MINUTE * 29).to_string(),
        "type": "new_request",
        "status": "submitted",
        "order": {
            "id": order_id,
            "product": { "name_id": Order::PRODUCT_NAME_ID },
            "certificate": { "common_name": "Fenna de Wit" },
        },
    })
}

fn with(mut entry: Value, pointer: &str, value: Value) -> Value {
    *entry.pointer_mut(pointer).unwrap() = value;
    entry
}

fn orders(orders: impl IntoIterator<Item = Value>) -> Lists {
    Lists { orders: orders.into_iter().collect(), ..Lists::default() }
}

fn requests(requests: impl IntoIterator<Item = Value>) -> Lists {
    Lists { requests: requests.into_iter().collect(), ..Lists::default() }
}

#[tokio::test]
async fn the_one_order_that_matches_is_found() {
    let lists = orders([stranger(3), entry(2, ago(MINUTE * 29)), entry(1, ago(HOUR * 27))]);
    let report = lists.find(&settled()).await.unwrap();
    assert_eq!(report.verdict, Verdict::Found);
    assert_eq!(report.order_id().unwrap().get(), 2);
    let [candidate] = &*report.candidates else { panic!("{:?}", report.candidates) };
    assert_eq!(candidate.matched, [Match::Product, Match::Name, Match::Email]);
    assert_eq!(candidate.status.as_ref().unwrap().as_str(), "pending");
    assert!(report.lists_are_whole && report.settles_in.is_zero() && report.failure.is_none());
}

#[tokio::test]
async fn it_is_found_at_once_and_before_the_lists_settle() {
    let search = OrderSearch::new(&order(), Timestamp::now(), Timestamp::now());
    assert_eq!(orders([entry(2, Timestamp::now())]).verdict(&search).await, Verdict::Found);
}

#[tokio::test]
async fn an_order_that_waits_for_an_administrator_is_found_in_the_request_list() {
    let report = requests([request(9, 2)]).find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.order_id().unwrap().get()), (Verdict::Found, 2));
    assert_eq!(report.candidates[0].request_ids[0].get(), 9);

    // In both lists it is one candidate.
    let both = Lists { orders: vec![entry(2, ago(MINUTE * 29))], ..requests([request(9, 2)]) };
    let report = both.find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.candidates.len()), (Verdict::Found, 1));
}

#[tokio::test]
async fn an_older_order_that_is_revoked_today_stays_an_older_order() {
    let revocation = with(request(9, 2), "/type", json!("revoke"));
    let lists = Lists { orders: vec![entry(2, ago(HOUR * 999))], ..requests([revocation.clone()]) };
    assert_eq!(lists.verdict(&settled()).await, Verdict::NotFound);
    // Where the order is not listed itself, the request says that there is one.
    assert_eq!(requests([revocation]).verdict(&settled()).await, Verdict::Found);
}

#[tokio::test]
async fn two_that_match_are_ambiguous_until_a_person_says_which_it_is_not() {
    let lists = orders([entry(3, ago(MINUTE * 28)), entry(2, ago(MINUTE * 29))]);
    let report = lists.clone().find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.candidates.len()), (Verdict::Ambiguous, 2));
    assert_eq!(report.order_id(), None);

    let id = |id| OrderId::new(id).unwrap();
    let report = lists.clone().find(&settled().exclude_orders([id(3)])).await.unwrap();
    assert_eq!(report.order_id(), Some(id(2)));
    let neither = settled().exclude_orders([id(3)]).exclude_orders([id(2)]);
    assert_eq!(lists.verdict(&neither).await, Verdict::NotFound);
}

#[tokio::test]
async fn one_of_which_too_little_is_known_is_ambiguous() {
    let entry = || entry(2, ago(MINUTE * 29));
    let name = |name: &str| json!({ "common_name": name });
    for candidate in [
        with(entry(), "/certificate", json!(null)),
        with(entry(), "/certificate", name("F. de Wit")),
        with(entry(), "/certificate", name("Jan Jansen")),
        with(entry(), "/certificate/emails", json!(["other@example.com"])),
        with(entry(), "/certificate", json!({ "emails": ["other@example.com"] })),
        with(entry(), "/product", json!(null)),
    ] {
        let report = orders([candidate.clone()]).find(&settled()).await.unwrap();
        assert_eq!(report.verdict, Verdict::Ambiguous, "{candidate}");
        assert_eq!(report.candidates.len(), 1);
    }
}

#[tokio::test]
async fn what_surely_is_another_order_is_not_a_candidate() {
    for other in [other_product(2), stranger(2), entry(2, ago(HOUR * 27))] {
        let report = orders([other.clone()]).find(&settled()).await.unwrap();
        assert_eq!((report.verdict, report.candidates.len()), (Verdict::NotFound, 0), "{other}");
    }
}

#[tokio::test]
async fn what_was_listed_before_the_sending_is_not_a_candidate() {
    let older = || vec![entry(2, ago(MINUTE * 29)), entry(1, ago(MINUTE * 40))];
    let before = Lists { orders: older(), ..requests([request(9, 5)]) }.serve().await;
    let search = settled().baseline(client(&before).look_before_sending().await);
    let lists = Lists { orders: older(), ..requests([request(9, 5)]) };
    assert_eq!(lists.clone().verdict(&search).await, Verdict::NotFound);

    let mut placed = lists;
    placed.orders.insert(0, entry(3, ago(MINUTE * 28)));
    let report = placed.find(&search).await.unwrap();
    assert_eq!((report.verdict, report.order_id().unwrap().get()), (Verdict::Found, 3));
}

#[tokio::test]
async fn an_existing_individual_is_recognised_by_id() {
    let order = order_for(Individual::existing(21));
    let search = OrderSearch::new(&order, ago(MINUTE * 30), ago(MINUTE * 29));
    let known = |id| {
        with(entry(2, ago(MINUTE * 29)), "/certificate", {
            json!({ "common_name": "Fenna de Wit", "individual": { "id": id } })
        })
    };
    assert_eq!(orders([known(21)]).verdict(&search).await, Verdict::Found);
    // One fact is not enough to say that it is another person, and a name says nothing here.
    assert_eq!(orders([known(22)]).verdict(&search).await, Verdict::Ambiguous);
    let named = entry(2, ago(MINUTE * 29));
    assert_eq!(orders([named]).verdict(&search).await, Verdict::Ambiguous);
}

#[tokio::test]
async fn a_holder_of_whom_little_is_known_leaves_doubt() {
    let mut holder = Holder::default();
    holder.email = Some("fenna.dewit@example.com");
    let product = Order::PRODUCT_NAME_ID;
    let search = OrderSearch::for_holder(product, holder, ago(MINUTE * 30), ago(MINUTE * 29))
        .clock_offset(SignedDuration::ZERO);
    assert_eq!(orders([entry(2, ago(MINUTE))]).verdict(&search).await, Verdict::Found);
    assert_eq!(orders([stranger(2)]).verdict(&search).await, Verdict::Ambiguous);
    assert_eq!(orders([other_product(2)]).verdict(&search).await, Verdict::NotFound);
    assert_eq!(orders([]).verdict(&search).await, Verdict::NotFound);
}

#[tokio::test]
async fn before_the_lists_settle_nothing_is_said_not_to_be_found() {
    assert_eq!(orders([]).verdict(&settled()).await, Verdict::NotFound);
    // Given up 14 minutes ago; 15 is the default.
    let report = orders([]).find(&sent(MINUTE * 15)).await.unwrap();
    assert_eq!(report.verdict, Verdict::TooEarly);
    // A minute, and the second that a `Date` leaves out.
    assert!(report.settles_in <= Duration::from_secs(62) && !report.settles_in.is_zero());
    assert_eq!(orders([]).verdict(&sent(MINUTE * 17)).await, Verdict::NotFound);
    let patient = settled().settle(Duration::from_secs(3600));
    assert_eq!(orders([]).verdict(&patient).await, Verdict::TooEarly);
    let hasty = sent(MINUTE * 2).settle(Duration::from_secs(30));
    assert_eq!(orders([]).verdict(&hasty).await, Verdict::NotFound);
    // The clock was set back meanwhile.
    let future = OrderSearch::new(&order(), ago(-MINUTE * 5), ago(-MINUTE * 4));
    assert_eq!(orders([]).verdict(&future).await, Verdict::TooEarly);
    // A clock that nobody can set counts in its place.
    let monotonic = future.elapsed_since_given_up(Duration::from_secs(15 * 60));
    assert_eq!(orders([]).verdict(&monotonic).await, Verdict::NotFound);
}

#[tokio::test]
async fn a_clock_that_was_corrected_meanwhile_never_leads_to_not_found() {
    for hours in [-72, -3, 3, 72] {
        let wrong = HOUR * hours;
        // Given up 14 minutes ago, when this machine's clock was wrong and it was known by how much.
        let search = OrderSearch::new(&order(), ago(MINUTE * 15) + wrong, ago(MINUTE * 14) + wrong);
        let known = search.clone().clock_offset(-wrong);
        assert_eq!(orders([]).verdict(&known).await, Verdict::TooEarly, "{hours} h");
        let lists = orders([entry(2, ago(MINUTE * 14))]);
        assert_eq!(lists.clone().verdict(&known).await, Verdict::Found, "{hours} h");
        // It is not known by how much.
        if hours > -26 {
            assert_eq!(orders([]).verdict(&search).await, Verdict::TooEarly, "{hours} h");
        }
        assert_eq!(lists.verdict(&search).await, Verdict::Found, "{hours} h");
        // The server's clock is wrong, as far as anybody knows.
        let clock = Clock::Ahead(wrong);
        let lists = Lists { clock, ..orders([entry(2, ago(MINUTE * 14) + wrong)]) };
        let search = sent(MINUTE * 15).clock_offset(wrong);
        assert_eq!(lists.verdict(&search).await, Verdict::Found, "{hours} h");
        let lists = Lists { clock, ..orders([]) };
        assert_eq!(lists.verdict(&search).await, Verdict::TooEarly, "{hours} h");
    }
}

#[tokio::test]
async fn a_date_of_a_cache_or_of_1970_is_not_the_servers_time() {
    for clock in [Clock::Absent, Clock::Cached, Clock::Never] {
        let unknown = || Lists { clock, ..orders([]) };
        // Then only this machine's time counts: its wall clock with a day's doubt.
        let wall = settled();
        assert_eq!(unknown().verdict(&wall).await, Verdict::TooEarly);
        assert_eq!(unknown().verdict(&sent(HOUR * 27)).await, Verdict::NotFound);
        let monotonic = wall.elapsed_since_given_up(Duration::from_secs(15 * 60));
        assert_eq!(unknown().verdict(&monotonic).await, Verdict::NotFound);
        // No date excludes a row.
        let old = Lists { clock, ..orders([entry(2, ago(HOUR * 999))]) };
        let search = OrderSearch::new(&order(), ago(MINUTE * 30), ago(MINUTE * 29));
        assert_eq!(old.verdict(&search).await, Verdict::Found);
    }
}

#[tokio::test]
async fn a_list_that_is_not_known_to_be_whole_keeps_not_found_from_being_said() {
    let unreadable = orders([json!({"id": "x"}), entry(1, ago(HOUR * 27))]);
    let shrinking = orders([other_product(3), other_product(2), other_product(1)]);
    for lists in [
        unreadable,
        Lists { total: Total::Absent, ..orders([]) },
        Lists { total: Total::More(2), ..orders([other_product(3)]) },
        Lists { total: Total::Shrinking, page: Some(1), ..shrinking },
        Lists { requests_fail: Some(403), ..orders([]) },
        requests([json!({"id": 5, "date": "?"})]),
        requests([json!({"id": 5, "order": {"id": null}})]),
    ] {
        assert_eq!(lists.clone().verdict(&settled()).await, Verdict::Ambiguous);
        let mut placed = lists;
        placed.orders.push(entry(7, ago(MINUTE * 29)));
        assert_eq!(placed.verdict(&settled()).await, Verdict::Found);
    }
}

#[tokio::test]
async fn a_request_that_does_not_name_its_order_is_a_candidate() {
    let nameless = requests([json!({"id": 5, "date": ago(MINUTE * 29).to_string()})]);
    let report = nameless.find(&settled()).await.unwrap();
    assert_eq!(report.verdict, Verdict::Ambiguous);
    assert_eq!(report.candidates[0].order_id, None);
    assert_eq!(report.candidates[0].request_ids[0].get(), 5);
    let older = requests([json!({"id": 5, "date": ago(HOUR * 27).to_string()})]);
    assert_eq!(older.verdict(&settled()).await, Verdict::NotFound);
}

#[tokio::test]
async fn lists_that_cannot_be_read_at_all_are_an_error() {
    let server = serve([respond(403, "{}")]).await;
    let error = client(&server).find_order(&settled()).await.unwrap_err();
    assert_eq!(error.status(), Some(403));
}

#[tokio::test]
async fn a_list_that_grows_while_it_is_read_is_read_whole() {
    let old = (1..=40).map(|id| entry(id, ago(HOUR * 27)));
    for (each, page) in [(1, 5), (3, 5), (5, 5), (2, 1)] {
        // A page's worth comes between two pages, so that a page repeats the one before.
        let mut lists = Lists { growth: (each, 11), page: Some(page), ..orders(old.clone()) };
        assert_eq!(lists.clone().verdict(&settled()).await, Verdict::NotFound, "{each} {page}");
        lists.orders.push(entry(77, ago(MINUTE * 29)));
        let report = lists.find(&settled()).await.unwrap();
        assert_eq!(report.order_id().map(OrderId::get), Some(77), "{each} {page}");
    }
}

#[tokio::test]
async fn a_null_list_is_an_empty_one() {
    let answer = r#"{"orders":null,"requests":null,"page":{"total":0}}"#;
    let date = httpdate::fmt_http_date(SystemTime::now());
    let answer = Answer::json(200, answer).header("Date", date);
    let server = serve([Script::new().read_request().respond_with(answer).repeat()]).await;
    let report = client(&server).find_order(&settled()).await.unwrap();
    assert_eq!(report.verdict, Verdict::NotFound);
}

#[tokio::test]
async fn lists_are_read_to_their_end_in_whatever_order_they_are() {
    let mut unsorted: Vec<_> = (1..=1_300).map(|n| entry(2_000 + n, ago(HOUR * 27))).collect();
    unsorted[1_299] = entry(2, ago(MINUTE * 29));
    let server = orders(unsorted).serve().await;
    let report = client(&server).find_order(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.order_id().unwrap().get()), (Verdict::Found, 2));
    assert_eq!(server.heads(), 4, "three pages of orders, one of requests");
}

#[tokio::test]
async fn an_id_from_the_lost_answer_is_looked_at_too() {
    let hint = OrderId::new(2).unwrap();
    // Not in the lists, yet there.
    let mut alone = orders([entry(2, ago(MINUTE * 29))]);
    alone.page = Some(0);
    let report = alone.find(&settled().order_id(hint)).await.unwrap();
    assert_eq!((report.verdict, report.order_id()), (Verdict::Found, Some(hint)));
    assert_eq!(report.candidates[0].matched[0], Match::OrderId);

    // It tells two alike apart.
    let two = orders([entry(3, ago(MINUTE * 28)), entry(2, ago(MINUTE * 29))]);
    let report = two.find(&settled().order_id(hint)).await.unwrap();
    assert_eq!((report.verdict, report.order_id()), (Verdict::Found, Some(hint)));

    // Nothing is there, or it is somebody else's.
    assert_eq!(orders([]).verdict(&settled().order_id(hint)).await, Verdict::NotFound);
    assert_eq!(orders([stranger(2)]).verdict(&settled().order_id(hint)).await, Verdict::NotFound);
}

#[tokio::test]
async fn with_the_key_of_another_account_nothing_is_said_not_to_be_found() {
    let search = settled().other_account();
    assert_eq!(orders([]).verdict(&search).await, Verdict::Ambiguous);
    assert_eq!(orders([entry(2, ago(MINUTE * 29))]).verdict(&search).await, Verdict::Found);
}

#[tokio::test]
async fn a_key_that_is_part_of_an_answer_hides_no_order() {
    for key in ["orders-key", "requests", "total1", "product-name_id", "person-organisation"] {
        let server = orders([entry(2, ago(MINUTE * 29))]).serve().await;
        let client = Client::builder(ApiKey::new(key).unwrap());
        let client = client.base_url(server.url().parse().unwrap()).build();
        let report = client.find_order(&settled()).await.unwrap();
        assert_ne!(report.verdict, Verdict::NotFound, "{key}");
    }
}

#[tokio::test]
async fn many_are_looked_for_in_one_reading() {
    let stranger = order_for(individual("Jan", "Jansen", "jan@example.com"));
    let searches = [
        sent(MINUTE * 2),
        OrderSearch::new(&stranger, ago(MINUTE * 30), ago(MINUTE * 29))
            .clock_offset(SignedDuration::ZERO),
        settled().exclude_orders(OrderId::new(2)),
    ];
    let server = orders([entry(2, ago(MINUTE * 29))]).serve().await;
    let reports = client(&server).find_orders(&searches).await.unwrap();
    let verdicts: Vec<_> = reports.iter().map(|report| report.verdict).collect();
    assert_eq!(verdicts, [Verdict::Found, Verdict::NotFound, Verdict::NotFound]);
    assert_eq!(server.heads(), 2);
    assert!(client(&server).find_orders(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn after_an_unknown_outcome() {
    let lost = serve([Script::new().read_request().close()]).await;
    let outcome = client(&lost).place_unchecked(&order()).await;
    let Outcome::Unknown(unknown) = outcome else { panic!("{outcome}") };
    let search = OrderSearch::after(&order(), &unknown);
    assert_eq!(orders([]).verdict(&search).await, Verdict::TooEarly);
    let lists = orders([entry(2, Timestamp::now())]);
    assert_eq!(lists.verdict(&search).await, Verdict::Found);
    assert_eq!(orders([]).verdict(&search.clone().settle(Duration::ZERO)).await, Verdict::NotFound);

    // The search knows how much time has passed, although no server tells the time.
    let brief = search.settle(Duration::from_millis(1));
    let silent = Lists { clock: Clock::Absent, ..orders([]) };
    assert_eq!(silent.verdict(&brief).await, Verdict::NotFound);
}

#[test]
fn a_search_does_not_show_whom_it_is_for() {
    let shown = format!("{:?}", settled());
    assert!(!shown.contains("Fenna") && !shown.contains("example.com"), "{shown}");
}

#[tokio::test]
async fn reports_have_stable_names() {
    for (verdict, name) in [
        (Verdict::Found, "found"),
        (Verdict::Ambiguous, "ambiguous"),
        (Verdict::NotFound, "not_found"),
        (Verdict::TooEarly, "too_early"),
    ] {
        assert_eq!((verdict.as_str(), verdict.to_string().as_str()), (name, name));
        assert_eq!(serde_json::to_value(verdict).unwrap(), name);
    }
    let report = requests([request(9, 2)]).find(&settled()).await.unwrap();
    let mut shown = serde_json::to_value(report).unwrap();
    assert!(shown["candidates"][0]["date_created"].take().is_string());
    assert_eq!(
        shown,
        json!({
            "verdict": "found",
            "order_id": 2,
            "candidates": [{
                "order_id": 2,
                "request_ids": [9],
                "date_created": null,
                "matched": ["product", "name"],
            }],
        })
    );
    let report = orders([]).find(&settled()).await.unwrap();
    let shown = serde_json::to_value(report).unwrap();
    assert_eq!(shown, json!({"verdict": "not_found", "order_id": null, "candidates": []}));
}

#[tokio::test]
async fn a_key_that_a_list_echoes_is_not_in_the_report() {
    let row = json!({
        "id": 4711,
        "status": format!("waits for {KEY}"),
        "date_created": format!("2027-01-01 {KEY}"),
        "certificate": { "common_name": "Fenna de Wit", "emails": ["fenna.dewit@example.com"] },
        "product": { "name_id": Order::PRODUCT_NAME_ID }
    });
    let server = Lists { orders: vec![row], ..Lists::default() }.serve().await;
    let search = OrderSearch::new(&order(), Timestamp::now(), Timestamp::now());
    let report = client(&server).find_order(&search).await.unwrap();
    assert_eq!(report.candidates.len(), 1);
    let shown = format!("{report:?} {}", serde_json::to_string(&report).unwrap());
    assert!(shown.contains("[redacted]") && !shown.contains(KEY), "{shown}");
}
