//! What an order costs over a real socket, against bare reqwest that posts prepared bytes. Both take
//! a fresh connection for each, and have the same time limits.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use certcentral::pkio_professional::Order;
use certcentral::transport::{OrderBody, Pacing, order_request};
use certcentral::{ApiKey, BaseUrl, Client, Outcome, Validated, today};
use certcentral_sandbox::Sandbox;
use hyper::body::Bytes;

use super::bare;
use super::server::{pacing_out_of_the_way, serve};
use super::{CARD_ORDER, median, row};

const KEY: &str = "bench-key-zyxwvutsrqponmlk";
const ROUNDS: usize = 603;
const SLICE: Duration = Duration::from_millis(10);

pub(super) fn build(order: &Order) -> http::Request<OrderBody> {
    thread_local! {
        static BASE: (BaseUrl, ApiKey) = (BaseUrl::europe(), ApiKey::new(KEY).unwrap());
    }
    BASE.with(|(base, key)| order_request(base, key, black_box(order)))
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

/// Two servers on loopback: one that answers whatever comes, so that the client's own work is all
/// that counts, and the sandbox, which reads and checks the orders as CertCentral has to.
pub(super) fn compare_with_bare_reqwest() {
    println!("\nOver a socket on loopback (orders a second, ours / theirs)");
    compare_at("a server that does nothing", &format!("http://{}/services/v2", serve()));

    let (address, sandbox) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let sandbox = Sandbox::builder().api_key(KEY).capacity(100).start().await.unwrap();
            address.send(sandbox.url()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    compare_at("the sandbox", &sandbox.recv().unwrap());
}

fn compare_at(server: &str, base: &str) {
    let url = format!("{base}/order/certificate/pkio_qualified_organisation_person_prof");
    let order: Arc<Validated<Order>> = Arc::new(
        Validated::check(serde_json::from_slice(CARD_ORDER).unwrap(), today())
            .unwrap_or_else(|_| panic!("the example is right")),
    );
    let prepared = Bytes::from(serde_json::to_vec(order.order()).unwrap());
    let ours = |pacing: Pacing| {
        let client = Client::builder(ApiKey::new(KEY).unwrap())
            .base_url(base.parse().unwrap())
            .pacing(pacing)
            .build();
        let order = Arc::clone(&order);
        move || {
            let (client, order) = (client.clone(), Arc::clone(&order));
            async move {
                let outcome = client.place_order(&order).await;
                assert!(matches!(outcome, Outcome::Placed(_)), "{outcome:?}");
            }
        }
    };
    let unpaced = ours(Pacing::unlimited());
    let paced = ours(pacing_out_of_the_way());
    let bare = bare::with_limits().build().unwrap();
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
    runtime.block_on(async {
        for tasks in [1, 16] {
            let (mut against_bare, mut pacing) = (Vec::new(), Vec::new());
            for round in 0..ROUNDS {
                // Each comes first, second and last as often as the others.
                let (mut of_theirs, mut of_unpaced, mut of_paced) = (0.0, 0.0, 0.0);
                for turn in 0..3 {
                    match (round + turn) % 3 {
                        0 => of_theirs = rate(tasks, SLICE, theirs.clone()).await,
                        1 => of_unpaced = rate(tasks, SLICE, unpaced.clone()).await,
                        _ => of_paced = rate(tasks, SLICE, paced.clone()).await,
                    }
                }
                if round >= 3 {
                    against_bare.push(of_unpaced / of_theirs);
                    pacing.push(of_paced / of_unpaced);
                }
            }
            let at = format!("{server}, {tasks} task(s)");
            row(
                &format!("order() / bare reqwest: {at}"),
                format!("{:.3}", median(against_bare)),
                "",
            );
            row(&format!("paced / unpaced: {at}"), format!("{:.3}", median(pacing)), "");
        }
    });
}
