//! What goes over the wire, without a socket and with one.

use certcentral_model::pkio_professional::Order;
use certcentral_model::{OrderId, OrderStatus, RequestStatus};
use certcentral_transport::{
    ApiKey, BaseUrl, OrderQuery, RequestQuery, order_info_request, order_list_request,
    order_request, order_url, request_list_request,
};

use crate::caller::{KEY, builder, card_order, client, order, placed, respond, serve};

fn key() -> ApiKey {
    ApiKey::new(KEY).unwrap()
}

#[test]
fn an_order_request_is_exactly_this() {
    let order = card_order();
    let request = order_request(&BaseUrl::europe(), &key(), &order);
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.uri(),
        "https://certcentral.digicert.eu/services/v2/order/certificate/\
         pkio_qualified_organisation_person_prof"
    );
    assert_eq!(request.uri().to_string(), order_url::<Order>(&BaseUrl::europe()));
    let body = request.body().expose();
    let mut headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    headers.sort_unstable();
    let length = body.len().to_string();
    let agent = concat!("certcentral-transport/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        headers,
        [
            ("accept", "application/json"),
            ("accept-encoding", "identity"),
            ("content-length", length.as_str()),
            ("content-type", "application/json"),
            ("user-agent", agent),
            ("x-dc-devkey", KEY),
        ]
    );
    assert_eq!(serde_json::from_slice::<Order>(body).unwrap(), order);
}

#[test]
fn debug_of_a_request_shows_neither_key_nor_card() {
    let request = order_request(&BaseUrl::europe(), &key(), &card_order());
    let shown = format!("{request:?}");
    assert!(shown.contains("Sensitive"), "{shown}");
    for secret in [KEY, "4111", "739", "Fenna"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn look_up_requests() {
    let base = BaseUrl::europe();
    let path = |uri: &http::Uri| uri.to_string().replace(base.as_str(), "");

    let info = order_info_request(&base, &key(), OrderId::new(42).unwrap());
    assert_eq!((info.method().as_str(), &*path(info.uri())), ("GET", "/order/certificate/42"));
    assert!(info.headers()["x-dc-devkey"].is_sensitive());

    let list = order_list_request(&base, &key(), &OrderQuery::new());
    assert_eq!(path(list.uri()), "/order/certificate?limit=100&offset=0&sort=-date_created");

    let filtered = OrderQuery::new()
        .status(OrderStatus::from("odd & new"))
        .product_name_id("a/b")
        .page_size(7);
    assert_eq!(
        path(order_list_request(&base, &key(), &filtered).uri()),
        "/order/certificate?limit=7&offset=0&sort=-date_created\
         &filters%5Bstatus%5D=odd+%26+new&filters%5Bproduct_name_id%5D=a%2Fb"
    );

    // A filter that is set again is replaced.
    let twice = OrderQuery::new().email("a@example.com").email("b@example.com").page_size(9999);
    assert_eq!(
        path(order_list_request(&base, &key(), &twice).uri()),
        "/order/certificate?limit=1000&offset=0&sort=-date_created&filters%5Bemail%5D=b%40example.com"
    );
    assert!(!format!("{twice:?}").contains("example.com"), "{twice:?}");

    let requests = RequestQuery::new().status(RequestStatus::Pending);
    assert_eq!(
        path(request_list_request(&base, &key(), &requests).uri()),
        "/request?limit=100&offset=0&sort=-date&filters%5Bstatus%5D=pending"
    );
}

#[test]
fn no_filter_makes_a_request_that_cannot_be_built() {
    let long = "ü".repeat(100_000);
    let query = OrderQuery::new().product_name_id(long);
    assert!(order_list_request(&BaseUrl::europe(), &key(), &query).uri().query().is_some());
}

#[tokio::test]
async fn what_is_built_is_what_arrives() {
    let server = serve([placed()]).await;
    let outcome = client(&server).place_unchecked(&order()).await;
    assert_eq!(outcome.into_result().unwrap().order_id().get(), 1);

    let base: BaseUrl = server.url().parse().unwrap();
    let built = order_request(&base, &key(), &order());
    let requests = server.requests();
    let [arrived] = &*requests else { panic!("one request") };
    assert_eq!(arrived.method(), "POST");
    assert_eq!(arrived.target(), built.uri().path());
    assert_eq!(arrived.body(), built.body().expose());
    let mut names: Vec<_> = arrived.headers().map(|(name, _)| name.to_lowercase()).collect();
    names.sort_unstable();
    // No `Transfer-Encoding`, no `Referer`.
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-dc-devkey"
        ]
    );
    for (name, value) in built.headers() {
        assert_eq!(arrived.header(name.as_str()).unwrap().as_bytes(), value.as_bytes(), "{name}");
    }
}

#[tokio::test]
async fn localhost_is_this_machine() {
    let server = serve([placed()]).await;
    let url = server.url().replace("127.0.0.1", "localhost");
    let outcome = builder(&url).build().place_unchecked(&order()).await;
    assert!(outcome.into_result().is_ok());
}

#[tokio::test]
async fn the_user_agent_names_the_program() {
    let server = serve([placed(), respond(200, r#"{"id":1}"#)]).await;
    let client = builder(&server.url());
    let client = client.user_agent_suffix(" acme-portal/2.1 (orders) ").unwrap().build();
    assert!(client.place_unchecked(&order()).await.into_result().is_ok());
    client.get_order(OrderId::new(1).unwrap()).await.unwrap();
    let agent =
        concat!("certcentral-transport/", env!("CARGO_PKG_VERSION"), " acme-portal/2.1 (orders)");
    for request in server.requests() {
        assert_eq!(request.header("user-agent"), Some(agent));
    }
    for suffix in ["", "  ", "line\nbreak", "Zoë", "\u{7f}"] {
        assert!(builder(&server.url()).user_agent_suffix(suffix).is_err(), "{suffix:?}");
    }
}
