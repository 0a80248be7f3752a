//! What an order costs over a real socket, against bare reqwest that posts prepared bytes.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use certcentral::pkio_professional::Order;
use certcentral::transport::{OrderBody, Pacing, order_request};
use certcentral::{ApiKey, BaseUrl, Client, Outcome, Validated, today};
use hyper::body::Bytes;

use super::server::serve;
use super::{CARD_ORDER, median, row};

const KEY: &str = "bench-key-zyxwvutsrqponmlk";
const ROUNDS: usize = 41;

pub(super) fn build(order: &Order) -> http::Request<OrderBody> {
    thread_local! {
        static BASE: (BaseUrl, ApiKey) = (BaseUrl::europe(), ApiKey::new(KEY).unwrap());
    }
    BASE.with(|(base, key)| order_request(base, key, black_box(order)).unwrap())
}

/// Orders a second of `order`, from `tasks` tasks at once, over some time.
async fn rate<F, Fut>(tasks: usize, time: Duration, order: F) -> f64
where
    F: Fn() -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let start = Instant::now();
    let workers: Vec<_> = (0..tasks)
        .map(|_| {
            let order = order.clone();
            tokio::spawn(async move {
                let mut count = 0_u64;
                while start.elapsed() < time {
                    order().await;
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for worker in workers {
        count += worker.await.unwrap();
    }
    count as f64 / start.elapsed().as_secs_f64()
}

pub(super) fn compare_with_bare_reqwest(time: Duration) {
    let slice = time / ROUNDS as u32 * 4;
    let base = format!("http://{}/services/v2", serve());
    let url = format!("{base}/order/certificate/pkio_qualified_organisation_person_prof");
    let order: Arc<Validated<Order>> = Arc::new(
        Validated::check(serde_json::from_slice(CARD_ORDER).unwrap(), today())
            .unwrap_or_else(|_| panic!("the example is right")),
    );
    let prepared = Bytes::from(serde_json::to_vec(order.order()).unwrap());
    let client = |pacing: Pacing| {
        Client::builder(ApiKey::new(KEY).unwrap())
            .base_url(base.parse().unwrap())
            .pacing(pacing)
            .build()
    };
    let unpaced = client(Pacing::off());
    let paced =
        client(Pacing::off().window(NonZeroU32::new(100_000).unwrap(), Duration::from_secs(1)));
    let bare = reqwest::Client::builder().http1_only().no_proxy().build().unwrap();

    let ours = |client: &Client, order: &Arc<Validated<Order>>| {
        let (client, order) = (client.clone(), Arc::clone(order));
        move || {
            let (client, order) = (client.clone(), Arc::clone(&order));
            async move {
                let outcome = client.order_validated(&order).await;
                assert!(matches!(outcome, Outcome::Placed(_)), "{outcome:?}");
            }
        }
    };
    let theirs = move || {
        let request = bare
            .post(&url)
            .header("x-dc-devkey", KEY)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(prepared.clone());
        async move {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 201);
            black_box(response.bytes().await.unwrap());
        }
    };

    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    println!("\nOver a socket on loopback (orders a second, ours / theirs)");
    runtime.block_on(async {
        for tasks in [1, 16] {
            let (mut against_bare, mut pacing) = (Vec::new(), Vec::new());
            for warm in 0..ROUNDS {
                let bare = rate(tasks, slice, theirs.clone()).await;
                let plain = rate(tasks, slice, ours(&unpaced, &order)).await;
                let with_pacing = rate(tasks, slice, ours(&paced, &order)).await;
                if warm >= 5 {
                    against_bare.push(plain / bare);
                    pacing.push(with_pacing / plain);
                }
            }
            let tasks = format!("{tasks} task(s)");
            row(
                &format!("order() / bare reqwest with prepared bytes, {tasks}"),
                format!("{:.3}", median(against_bare)),
                "",
            );
            row(
                &format!("order() with pacing that does not limit / without, {tasks}"),
                format!("{:.3}", median(pacing)),
                "",
            );
        }
    });
}
