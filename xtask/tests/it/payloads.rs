//! Snapshots of what goes over the wire and of what users read. A review must see when one changes,
//! because DigiCert or a user will notice. `cargo xtask payloads` shows all differences.
//!
//! No snapshot has a card number, a cvv or a key in it. The tests assert that the request has them.

use std::time::Duration;

use certcentral_model::pkio_professional::{
    Certificate, Individual, IndividualDetails, Order, ProfessionalTitle, RsaSignature,
};
use certcentral_model::{
    BillingAddress, BillingDetails, Cancellation, CardDetails, CertificateFormat, CertificateId,
    CreditCard, CsaAgreement, NewNote, OrderId, OrderStatus, OrderValidity, Payment, ProductOrder,
    RequestDecision, RequestId, RequestStatus, Revocation, SaveCreditCard, Secret, SetAsDefault,
    ShipInfo, ShippingDetails, ShippingMethod,
};
use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer};
use certcentral_transport::http_types::Request;
use certcentral_transport::jiff::civil::date;
use certcentral_transport::{
    ApiKey, BaseUrl, Client, DateRange, OrderBody, OrderQuery, OrderSort, RequestQuery,
    RetryPolicy, add_note_request, balance_request, cancel_order_request,
    certificate_download_request, custom_field_list_request, note_list_request,
    order_download_request, order_info_request, order_list_request, order_request,
    product_info_request, product_list_request, request_decision_request, request_info_request,
    request_list_request, revoke_certificate_request, revoke_order_request, status_changes_request,
    user_request,
};
use certcentral_validation::{check, check_json};
use insta::assert_snapshot;
use xtask::law::damage::TODAY;

const KEY: &str = "an-api-key-for-tests";
const CARD_NUMBER: &str = "4111111111111111";
const CVV: &str = "987";

fn key() -> ApiKey {
    ApiKey::new(KEY).unwrap()
}

/// Method, URL and headers as they leave, but for the key.
fn head<B>(request: &Request<B>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| match (name.as_str(), value.to_str().unwrap()) {
            ("x-dc-devkey", value) => {
                assert_eq!(value, KEY, "the key goes where it belongs");
                "x-dc-devkey: [redacted]".to_owned()
            }
            // A new version of the SDK does not change the snapshots.
            ("user-agent", value) => {
                let (product, version) = value.split_once('/').unwrap();
                assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{value}");
                format!("user-agent: {product}/[version]")
            }
            (name, value) => format!("{name}: {value}"),
        })
        .collect();
    headers.sort_unstable();
    text.push_str(&headers.join("\n"));
    text.push('\n');
    assert!(!text.contains(KEY));
    text
}

/// The request for an order. The body is laid out for reading, in the order of the wire.
pub(crate) fn order(order: &Order) -> String {
    let request = order_request(&BaseUrl::europe(), &key(), order);
    let bytes = request.body().expose();
    let mut shown: Order = serde_json::from_slice(bytes).unwrap();
    assert_eq!(serde_json::to_vec(&shown).unwrap(), bytes, "what is shown is what is sent");
    let length = request.headers()["content-length"].to_str().unwrap();
    assert_eq!(length, bytes.len().to_string());

    let sent = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(!sent.contains(KEY), "the key is in no body");
    if let Some(card) = &mut shown.credit_card {
        for secret in [&mut card.number, &mut card.cvv] {
            assert!(sent.contains(&format!("\"{}\"", secret.expose())), "it is sent");
            *secret = Secret::new("[redacted]");
        }
    }
    let body = serde_json::to_string_pretty(&shown).unwrap();
    assert!(!body.contains(CARD_NUMBER) && !body.contains(CVV));
    format!("{}\n{body}\n", head(&request))
}

fn notary() -> Individual {
    Individual::new(IndividualDetails {
        first_name: "Fenna",
        last_name: "de Wit",
        email: "fenna.dewit@example.com",
        telephone: "+31 20 555 0100",
        country: "NL",
        state: "Noord-Holland",
        professional_title: ProfessionalTitle::Notaris,
    })
}

fn shipped(order: Order) -> Order {
    order.ship_info(ShipInfo::new(ShippingDetails {
        name: "Fenna de Wit",
        addr1: "Voorbeeldgracht 1",
        addr2: "",
        city: "Amsterdam",
        state: "Noord-Holland",
        zip: "1015 AA",
        country: "NL",
        method: ShippingMethod::Expedited,
    }))
}

fn card(save: Option<SaveCreditCard>) -> Payment {
    let mut card = CreditCard::new(CardDetails {
        number: Secret::new(CARD_NUMBER),
        expiration_month: "12",
        expiration_year: "2030",
        cvv: Secret::new(CVV),
        cardholder_name: "Fenna de Wit",
        set_as_default: SetAsDefault::Yes,
    });
    card.save_credit_card = save;
    let billing = BillingAddress::new(BillingDetails {
        address: "Voorbeeldgracht 1",
        city: "Amsterdam",
        country: "NL",
    });
    Payment::card(card, billing.address2("2e verdieping").state("Noord-Holland").zip("1015 AA"))
}

pub(crate) fn existing(payment: Payment) -> Order {
    Order::new(Certificate::new(Individual::existing(21)), CsaAgreement::Agreed, payment)
}

#[test]
fn every_example() {
    for (name, text) in [
        ("new-professional", include_str!("../../../docs/examples/new-professional.json")),
        (
            "existing-professional",
            include_str!("../../../docs/examples/existing-professional.json"),
        ),
        ("card-payment", include_str!("../../../docs/examples/card-payment.json")),
    ] {
        let example: Order = serde_json::from_str(text).unwrap();
        assert!(check(&example, TODAY).is_clean(), "{name}");
        assert_snapshot!(format!("example-{name}"), order(&example));
    }
}

#[test]
fn every_documented_variant() {
    let holder_and = |holder, csa, payment| Order::new(Certificate::new(holder), csa, payment);
    let new = |payment| holder_and(notary(), CsaAgreement::Agreed, payment);
    let valid_for = |validity| shipped(existing(Payment::Balance).order_validity(validity));
    let signed = |signature| {
        let certificate = Certificate::new(notary()).rsa_signature(signature);
        shipped(Order::new(certificate, CsaAgreement::Agreed, Payment::Balance))
    };
    let mut all_validities = OrderValidity::until("09 JUN 2027");
    all_validities.years = Some(1);
    all_validities.days = Some(397);
    let beyond_ascii = Individual::new(IndividualDetails {
        first_name: "Zoë Ĳsbrandína",
        last_name: "’t Hoen-Łukasiewicz",
        email: "zoë@exämple.test",
        telephone: "+31 20 555 0100",
        country: "NL",
        state: "Fryslân",
        professional_title: ProfessionalTitle::Hoofdbewaarder,
    });
    for (name, variant) in [
        ("new-individual-balance", shipped(new(Payment::Balance))),
        ("existing-individual-profile", shipped(existing(Payment::Profile))),
        ("new-individual-card", shipped(new(card(None)))),
        ("validity-years", valid_for(OrderValidity::years(3))),
        ("validity-days", valid_for(OrderValidity::days(397))),
        ("validity-date", valid_for(OrderValidity::until("09 JUN 2027"))),
        ("validity-all-three", valid_for(all_validities)),
        ("rsassa-pss", signed(RsaSignature::RsassaPss)),
        ("rsassa-pss-false", signed(RsaSignature::Rsa)),
        (
            "csa-not-agreed",
            shipped(holder_and(notary(), CsaAgreement::NotAgreed, Payment::Balance)),
        ),
        (
            "name-beyond-ascii",
            shipped(holder_and(beyond_ascii, CsaAgreement::Agreed, Payment::Balance)),
        ),
        ("without-ship-info", existing(Payment::Balance)),
    ] {
        assert!(check(&variant, TODAY).is_valid(), "{name}");
        assert_snapshot!(name, order(&variant));
    }
}

#[test]
fn save_credit_card_in_its_four_forms() {
    for (name, save) in [
        ("absent", None),
        ("null", Some(SaveCreditCard::NoPreference)),
        ("true", Some(SaveCreditCard::Save)),
        ("false", Some(SaveCreditCard::DoNotSave)),
    ] {
        let variant = shipped(existing(card(save)));
        assert!(check(&variant, TODAY).is_clean(), "{name}");
        assert_snapshot!(format!("save-credit-card-{name}"), order(&variant));
    }
}

/// A change, with its body as it is sent.
fn change(request: &Request<OrderBody>) -> String {
    let sent = std::str::from_utf8(request.body().expose()).unwrap();
    assert!(!sent.contains(KEY), "the key is in no body");
    assert_eq!(request.headers()["content-length"].to_str().unwrap(), sent.len().to_string());
    format!("{}\n{sent}\n", head(request))
}

/// The look-ups as they leave, by the names of their snapshots.
pub(crate) fn look_ups() -> Vec<(&'static str, String)> {
    let base = BaseUrl::europe();
    let order = OrderId::new(112_233).unwrap();
    let certificate = CertificateId::new(445_566).unwrap();
    let pending = OrderQuery::new()
        .status(OrderStatus::Pending)
        .product_name_id(Order::PRODUCT_NAME_ID)
        .page_size(50);
    let renewals = OrderQuery::renewals::<Order>(date(2027, 2, 1)).not_renewed();
    let ranges = OrderQuery::new()
        .date_created(DateRange::After(date(2026, 11, 22)))
        .valid_till(DateRange::Between(date(2026, 11, 24), date(2027, 2, 1)))
        .sort(OrderSort::Oldest);
    let people = OrderQuery::new()
        .email("fenna.dewit+1@example.com")
        .common_name("Zoë ’t Hoen")
        .search("de Wit")
        .user_id(7)
        .container_id(1)
        .organization_id(2);
    let certificates =
        OrderQuery::new().certificate_id(certificate).serial_number("0A1B2C3D4E5F6071");
    let orders = |query: &OrderQuery| head(&order_list_request(&base, &key(), query));
    let requests = |query: &RequestQuery| head(&request_list_request(&base, &key(), query));
    let format = CertificateFormat::PemAll;
    vec![
        ("get-order", head(&order_info_request(&base, &key(), order))),
        ("list-orders", orders(&OrderQuery::new())),
        ("list-orders-pending", orders(&pending)),
        ("list-orders-renewals", orders(&renewals)),
        ("list-orders-ranges", orders(&ranges)),
        ("list-orders-people", orders(&people)),
        ("list-orders-certificates", orders(&certificates)),
        (
            "list-status-changes",
            head(&status_changes_request(&base, &key(), Duration::from_secs(15 * 60))),
        ),
        ("list-requests", requests(&RequestQuery::new())),
        (
            "list-requests-submitted",
            requests(&RequestQuery::new().status(RequestStatus::Submitted)),
        ),
        ("get-request", head(&request_info_request(&base, &key(), RequestId::new(8).unwrap()))),
        ("list-notes", head(&note_list_request(&base, &key(), order))),
        (
            "download-order-certificate",
            head(&order_download_request(&base, &key(), order, &format)),
        ),
        (
            "download-certificate",
            head(&certificate_download_request(&base, &key(), certificate, &format)),
        ),
        ("list-products", head(&product_list_request(&base, &key()))),
        ("get-product", head(&product_info_request(&base, &key(), Order::PRODUCT_NAME_ID))),
        ("get-balance", head(&balance_request(&base, &key(), None))),
        ("get-balance-of-container", head(&balance_request(&base, &key(), Some(1)))),
        ("get-user", head(&user_request(&base, &key()))),
        ("list-custom-fields", head(&custom_field_list_request(&base, &key()))),
    ]
}

/// The changes as they leave, by the names of their snapshots.
pub(crate) fn changes() -> Vec<(&'static str, String)> {
    let base = BaseUrl::europe();
    let order = OrderId::new(112_233).unwrap();
    let certificate = CertificateId::new(445_566).unwrap();
    let decide = |decision: RequestDecision| {
        change(&request_decision_request(&base, &key(), RequestId::new(8).unwrap(), &decision))
    };
    let canceled = Cancellation::new("Ordered by mistake.");
    let asked = Revocation::new().comment("The token is lost.");
    let at_once = Revocation::new().skip_approval();
    let note = NewNote::new("Dossier 12: \"’t Hoen\"\nsecond line");
    vec![
        ("approve-request", decide(RequestDecision::approve())),
        ("approve-request-comment", decide(RequestDecision::approve().comment("Checked."))),
        ("reject-request", decide(RequestDecision::reject().comment("She left the firm."))),
        ("cancel-order", change(&cancel_order_request(&base, &key(), order, &canceled))),
        ("revoke-order", change(&revoke_order_request(&base, &key(), order, &asked))),
        ("revoke-order-at-once", change(&revoke_order_request(&base, &key(), order, &at_once))),
        (
            "revoke-certificate",
            change(&revoke_certificate_request(&base, &key(), certificate, &asked)),
        ),
        ("add-note", change(&add_note_request(&base, &key(), order, &note))),
    ]
}

#[test]
fn every_look_up_and_every_change() {
    for (name, text) in look_ups().into_iter().chain(changes()) {
        assert_snapshot!(name, text);
    }
}

#[test]
fn the_report_of_the_faulty_example() {
    let faulty = include_bytes!("../../../docs/examples/faulty.json");
    let report = check_json::<Order>(faulty, TODAY);
    assert_snapshot!("report-of-faulty", report.to_string());
    let json = serde_json::to_string_pretty(&report.violations()).unwrap();
    assert_snapshot!("report-of-faulty-json", json);
}

#[test]
fn the_messages_about_unusable_keys_and_urls() {
    let mut text = String::new();
    for key in ["", "  \n", "two words", "k\u{e9}y", "line\nbreak"] {
        let error = ApiKey::new(key).unwrap_err();
        text.push_str(&format!("key {key:?}: {error}\n"));
    }
    for url in [
        "",
        "certcentral.digicert.eu",
        "ftp://certcentral.digicert.eu",
        "http://certcentral.digicert.eu",
        "https://user:word@certcentral.digicert.eu",
        "https://certcentral.digicert.eu/services/v2?x=1",
        "http://localhost.example.com",
        "http://[::ffff:127.0.0.1]",
    ] {
        match url.parse::<BaseUrl>() {
            Ok(base) => text.push_str(&format!("url {url:?}: taken as {base}\n")),
            Err(error) => text.push_str(&format!("url {url:?}: {error}\n")),
        }
    }
    assert_snapshot!("keys-and-urls", text);
}

#[test]
fn the_message_of_each_outcome() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let text = runtime.block_on(async {
        let mut text = String::new();
        for (name, answer) in [
            (
                "201",
                Answer::json(201, r#"{"id":112233,"requests":[{"id":8,"status":"pending"}]}"#),
            ),
            (
                "400 with two errors",
                Answer::json(
                    400,
                    r#"{"errors":[{"code":"required_param:certificate.individual","message":"Missing."},
                    {"code":"invalid_value:order_validity.days"}]}"#,
                ),
            ),
            ("403", Answer::json(403, r#"{"errors":[{"code":"access_denied|invalid_key"}]}"#)),
            ("404 in HTML", Answer::html(404, "<h1>Not Found</h1>")),
            ("429", Answer::json(429, r#"{"errors":[{"code":"request_limit_exceeded"}]}"#)),
            ("502 in HTML", Answer::html(502, "<h1>Bad Gateway</h1>")),
            ("201 without an id", Answer::json(201, r#"{"requests":[]}"#)),
            ("201 cut", Answer::json(201, r#"{"id":112"#)),
            ("307", Answer::new(307).header("Location", "https://example.com/elsewhere")),
        ] {
            let script = Script::new().read_request().respond_with(answer).close();
            let server = ScriptedServer::start([script]).await.unwrap();
            let base: BaseUrl = server.url().parse().unwrap();
            text.push_str(&format!("{name}: {}\n", outcome_at(base).await));
        }
        let server = ScriptedServer::start([Script::new().read_request().close()]).await.unwrap();
        let base: BaseUrl = server.url().parse().unwrap();
        text.push_str(&format!("closed without an answer: {}\n", outcome_at(base).await));
        text
    });
    assert_snapshot!("outcomes", text);
}

async fn outcome_at(base: BaseUrl) -> String {
    let client = Client::builder(key()).base_url(base).retry(RetryPolicy::never()).build();
    client.place_unchecked(&shipped(existing(card(None)))).await.to_string()
}
