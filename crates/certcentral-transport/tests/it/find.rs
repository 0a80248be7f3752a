//! Finding an order of which it is unknown whether it was placed: every verdict, and all that must
//! keep `not_found` from being said.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use certcentral_model::pkio_professional::{Individual, Order};
use certcentral_model::{OrderId, ProductOrder as _};
use certcentral_sandbox::scripted::{Answer, ReceivedRequest, Script, ScriptedServer};
use certcentral_transport::{FindReport, LookupError, Match, OrderSearch, Outcome, Verdict};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::caller::{client, individual, order, order_for, serve};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// The lists of a server whose clock is off by so much.
#[derive(Clone, Default)]
struct Lists {
    orders: Vec<Value>,
    requests: Vec<Value>,
    clock_offset: SignedDuration,
    no_clock: bool,
    total_shrinks: bool,
    page: Option<usize>,
}

impl Lists {
    async fn serve(self) -> ScriptedServer {
        let answered = Arc::new(AtomicUsize::new(0));
        let answer = move |request: &ReceivedRequest| {
            let number = |name: &str| {
                let pairs = request.target().split(['?', '&']);
                pairs.filter_map(|pair| pair.strip_prefix(name)).next().unwrap().parse().unwrap()
            };
            let (name, entries) = match request.target() {
                target if target.starts_with("/services/v2/request?") => {
                    ("requests", &self.requests)
                }
                target if target.contains("certificate?") => ("orders", &self.orders),
                target => {
                    let id = target.rsplit('/').next().unwrap();
                    return self
                        .orders
                        .iter()
                        .find(|order| order["id"].as_u64() == id.parse().ok())
                        .map_or(Answer::json(404, "{}"), |one| Answer::json(200, one.to_string()));
                }
            };
            let (offset, limit): (usize, usize) = (number("offset="), number("limit="));
            let limit = self.page.unwrap_or(limit);
            let shown: Vec<_> = entries.iter().skip(offset).take(limit).collect();
            let mut total = entries.len();
            if self.total_shrinks {
                total += 1_000 - answered.fetch_add(1, Ordering::SeqCst);
            }
            let body = json!({ name: shown, "page": { "total": total } });
            let answer = Answer::json(200, body.to_string());
            if self.no_clock {
                return answer;
            }
            let now = SystemTime::from(Timestamp::now() + self.clock_offset);
            answer.header("Date", httpdate::fmt_http_date(now))
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

/// An order that was sent so long ago and given up a minute later.
fn sent(time_ago: SignedDuration) -> OrderSearch {
    OrderSearch::new(&order(), ago(time_ago), ago(time_ago - MINUTE))
}

/// Sent half an hour ago: the lists have settled.
fn settled() -> OrderSearch {
    sent(MINUTE * 30)
}

/// An entry of the order list for the person of [`order`].
fn entry(id: u64, made: Timestamp) -> Value {
    json!({
        "id": id,
        "status": "pending",
        "date_created": made.to_string(),
        "product": { "name_id": Order::PRODUCT_NAME_ID },
        "certificate": { "common_name": "Fenna de Wit", "emails": ["fenna.dewit@example.com"] },
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
    let stranger = with(
        with(entry(3, ago(MINUTE * 28)), "/certificate/common_name", json!("Jan Jansen")),
        "/certificate/emails",
        json!([]),
    );
    let lists = orders([stranger, entry(2, ago(MINUTE * 29)), entry(1, ago(MINUTE * 60))]);
    let report = lists.find(&settled()).await.unwrap();
    assert_eq!(report.verdict, Verdict::Found);
    assert_eq!(report.order_id().unwrap().get(), 2);
    let [candidate] = &*report.candidates else { panic!("{:?}", report.candidates) };
    assert_eq!(candidate.matched, [Match::Product, Match::Time, Match::Name, Match::Email]);
    assert_eq!(candidate.status.as_ref().unwrap().as_str(), "pending");
}

#[tokio::test]
async fn it_is_found_at_once_and_before_the_lists_settle() {
    let search = OrderSearch::new(&order(), ago(SignedDuration::ZERO), ago(SignedDuration::ZERO));
    let lists = orders([entry(2, Timestamp::now())]);
    assert_eq!(lists.verdict(&search).await, Verdict::Found);
}

#[tokio::test]
async fn an_order_that_waits_for_an_administrator_is_found_in_the_request_list() {
    let request = json!({
        "id": 9,
        "date": ago(MINUTE * 29).to_string(),
        "type": "new_request",
        "status": "submitted",
        "order": {
            "id": 2,
            "product": { "name_id": Order::PRODUCT_NAME_ID },
            "certificate": { "common_name": "Fenna de Wit" },
        },
    });
    let report = requests([request.clone()]).find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.order_id().unwrap().get()), (Verdict::Found, 2));

    // In both lists it is one candidate.
    let both = Lists { orders: vec![entry(2, ago(MINUTE * 29))], ..requests([request.clone()]) };
    let report = both.find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.candidates.len()), (Verdict::Found, 1));

    // A reissue is about an order that was there before.
    let reissue = with(request, "/type", json!("reissue"));
    assert_eq!(requests([reissue]).verdict(&settled()).await, Verdict::NotFound);
}

#[tokio::test]
async fn two_that_match_are_ambiguous() {
    let lists = orders([entry(3, ago(MINUTE * 28)), entry(2, ago(MINUTE * 29))]);
    let report = lists.find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.candidates.len()), (Verdict::Ambiguous, 2));
    assert_eq!(report.order_id(), None);
}

#[tokio::test]
async fn one_of_which_too_little_is_known_is_ambiguous() {
    let entry = || entry(2, ago(MINUTE * 29));
    for candidate in [
        with(entry(), "/certificate", json!(null)),
        with(entry(), "/certificate", json!({ "common_name": "F. de Wit" })),
        with(entry(), "/certificate/emails", json!(["other@example.com"])),
        with(entry(), "/product", json!(null)),
        with(entry(), "/date_created", json!("some time")),
    ] {
        let report = orders([candidate.clone()]).find(&settled()).await.unwrap();
        assert_eq!(report.verdict, Verdict::Ambiguous, "{candidate}");
        assert_eq!(report.candidates.len(), 1);
    }
}

#[tokio::test]
async fn what_surely_is_another_order_is_no_candidate() {
    let entry = |made| entry(2, made);
    for other in [
        with(entry(ago(MINUTE * 29)), "/product/name_id", json!("ssl_basic")),
        with(entry(ago(MINUTE * 29)), "/certificate/common_name", json!("Jan Jansen")),
        entry(ago(MINUTE * 36)),
        entry(ago(MINUTE * 8)),
    ] {
        let report = orders([other.clone()]).find(&settled()).await.unwrap();
        assert_eq!((report.verdict, report.candidates.len()), (Verdict::NotFound, 0), "{other}");
    }
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
    assert_eq!(orders([known(22)]).verdict(&search).await, Verdict::NotFound);
    // Only a name: who that is cannot be told.
    let named = entry(2, ago(MINUTE * 29));
    assert_eq!(orders([named]).verdict(&search).await, Verdict::Ambiguous);
}

#[tokio::test]
async fn before_the_lists_settle_nothing_is_said_not_to_be_found() {
    assert_eq!(orders([]).verdict(&settled()).await, Verdict::NotFound);
    // Given up 14 minutes ago; 15 is the default.
    assert_eq!(orders([]).verdict(&sent(MINUTE * 15)).await, Verdict::TooEarly);
    assert_eq!(orders([]).verdict(&sent(MINUTE * 17)).await, Verdict::NotFound);
    let patient = settled().settle(Duration::from_secs(3600));
    assert_eq!(orders([]).verdict(&patient).await, Verdict::TooEarly);
    let hasty = sent(MINUTE * 2).settle(Duration::from_secs(30));
    assert_eq!(orders([]).verdict(&hasty).await, Verdict::NotFound);
    // The clock was set back meanwhile.
    let future = OrderSearch::new(&order(), ago(-MINUTE * 5), ago(-MINUTE * 4));
    assert_eq!(orders([]).verdict(&future).await, Verdict::TooEarly);
}

#[tokio::test]
async fn an_order_that_appears_within_the_last_second_is_in_time_however_hasty_the_search() {
    let hasty = sent(MINUTE * 2).settle(Duration::ZERO).margin(Duration::ZERO);
    let lists = orders([entry(2, ago(MINUTE) + SignedDuration::from_secs(2))]);
    assert_eq!(lists.verdict(&hasty).await, Verdict::Found);
}

#[tokio::test]
async fn times_are_the_servers() {
    for hours in [-3, 3] {
        let clock_offset = SignedDuration::from_hours(hours);
        // Made a minute after the sending, as the server's clock has it.
        let made = ago(MINUTE * 29) + clock_offset;
        let lists = Lists { clock_offset, ..orders([entry(2, made)]) };
        assert_eq!(lists.verdict(&settled()).await, Verdict::Found, "{hours} h");

        // Made at that time by our clock: hours before or after, by the server's.
        let lists = Lists { clock_offset, ..orders([entry(2, ago(MINUTE * 29))]) };
        assert_eq!(lists.verdict(&settled()).await, Verdict::NotFound, "{hours} h");

        let lists = Lists { clock_offset, ..orders([]) };
        assert_eq!(lists.verdict(&sent(MINUTE * 15)).await, Verdict::TooEarly, "{hours} h");
    }
}

#[tokio::test]
async fn the_clock_at_the_time_of_sending_counts_for_that_time() {
    // Our clock was an hour slow then, and was set right since.
    let hour = SignedDuration::from_hours(1);
    let search = OrderSearch::new(&order(), ago(MINUTE * 30 + hour), ago(MINUTE * 29 + hour));
    let lists = || orders([entry(2, ago(MINUTE * 29))]);
    assert_eq!(lists().verdict(&search).await, Verdict::NotFound);
    assert_eq!(lists().verdict(&search.clock_offset(hour)).await, Verdict::Found);
}

#[tokio::test]
async fn without_the_servers_clock_nothing_is_said_not_to_be_found() {
    let lists = Lists { no_clock: true, ..orders([]) };
    let report = lists.find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.clock_offset), (Verdict::Ambiguous, None));
}

#[tokio::test]
async fn what_cannot_be_read_keeps_not_found_from_being_said() {
    let unreadable = orders([json!({"id": "x"}), entry(1, ago(MINUTE * 60))]);
    let report = unreadable.find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.unreadable), (Verdict::Ambiguous, 1));

    // A request that does not say which order it is about.
    for (date, verdict) in [
        (ago(MINUTE * 29).to_string(), Verdict::Ambiguous),
        ("?".to_owned(), Verdict::Ambiguous),
        (ago(MINUTE * 60).to_string(), Verdict::NotFound),
    ] {
        let nameless = requests([json!({"id": 5, "date": date})]);
        assert_eq!(nameless.verdict(&settled()).await, verdict, "{date}");
    }
}

#[tokio::test]
async fn a_list_that_shrinks_while_it_is_read_is_an_error() {
    let other = |id| with(entry(id, ago(MINUTE * 29)), "/product/name_id", json!("ssl_basic"));
    let lists = Lists { total_shrinks: true, ..orders([other(3), other(2), other(1)]) };
    let lists = Lists { page: Some(1), ..lists };
    let error = lists.find(&settled()).await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
}

#[tokio::test]
async fn a_list_that_fails_is_an_error() {
    let server = serve([Script::new().read_request().respond(403, "{}")]).await;
    let error = client(&server).find_order(&settled()).await.unwrap_err();
    assert_eq!(error.status(), Some(403));
}

#[tokio::test]
async fn long_lists_are_read_back_to_the_time_of_sending_only() {
    let made = |minute: u64| ago(MINUTE * i32::try_from(minute).unwrap());
    let sorted: Vec<_> = (1..=1_000).map(|n| entry(2_000 - n, made(n))).collect();
    let mut long = orders(sorted);
    long.page = Some(50);
    let server = long.serve().await;
    let search = settled();
    let report = client(&server).find_order(&search).await.unwrap();
    // Those of the minutes 30 less the margin to 29 plus the settling time and the margin.
    assert_eq!(report.verdict, Verdict::Ambiguous);
    assert_eq!(server.heads(), 2, "one page of orders, one of requests");
}

#[tokio::test]
async fn lists_that_are_not_sorted_are_read_to_their_end() {
    let mut unsorted: Vec<_> = (1..=300).map(|n| entry(2_000 + n, ago(MINUTE * 1_000))).collect();
    unsorted[150] = entry(5_000, ago(MINUTE * 1_001));
    unsorted[299] = entry(2, ago(MINUTE * 29));
    // Out of order on the first page already.
    unsorted.swap(3, 150);
    let report = orders(unsorted).find(&settled()).await.unwrap();
    assert_eq!((report.verdict, report.order_id().unwrap().get()), (Verdict::Found, 2));
}

#[tokio::test]
async fn an_id_from_the_lost_answer_is_looked_at_first() {
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
    let strange = with(entry(2, ago(MINUTE * 29)), "/certificate/common_name", json!("Jan Jansen"));
    assert_eq!(orders([strange]).verdict(&settled().order_id(hint)).await, Verdict::NotFound);
}

#[tokio::test]
async fn many_are_looked_for_in_one_reading() {
    let stranger = order_for(individual("Jan", "Jansen", "jan@example.com"));
    let searches = [
        sent(MINUTE * 2),
        OrderSearch::new(&stranger, ago(MINUTE * 30), ago(MINUTE * 29)),
        settled(),
    ];
    let server = orders([entry(2, ago(MINUTE * 29))]).serve().await;
    let reports = client(&server).find_orders(&searches).await.unwrap();
    let verdicts: Vec<_> = reports.iter().map(|report| report.verdict).collect();
    assert_eq!(verdicts, [Verdict::TooEarly, Verdict::NotFound, Verdict::Found]);
    assert_eq!(server.heads(), 2);
    assert!(client(&server).find_orders(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn after_an_unknown_outcome() {
    let lost = serve([Script::new().read_request().close()]).await;
    let outcome = client(&lost).place_order(&order()).await;
    let Outcome::Unknown(unknown) = outcome else { panic!("{outcome}") };
    let search = OrderSearch::after(&order(), &unknown);
    assert_eq!(orders([]).verdict(&search).await, Verdict::TooEarly);
    let lists = orders([entry(2, Timestamp::now())]);
    assert_eq!(lists.verdict(&search).await, Verdict::Found);
}

#[test]
fn a_search_does_not_show_whom_it_is_for() {
    let shown = format!("{:?}", settled());
    assert!(!shown.contains("Fenna") && !shown.contains("example.com"), "{shown}");
}

#[test]
fn candidates_and_verdicts_have_stable_names() {
    for (verdict, name) in [
        (Verdict::Found, "found"),
        (Verdict::Ambiguous, "ambiguous"),
        (Verdict::NotFound, "not_found"),
        (Verdict::TooEarly, "too_early"),
    ] {
        assert_eq!((verdict.as_str(), verdict.to_string().as_str()), (name, name));
        assert_eq!(serde_json::to_value(verdict).unwrap(), name);
    }
    assert_eq!(serde_json::to_value(Match::OrderId).unwrap(), "order_id");
}
