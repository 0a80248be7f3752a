//! Following an order: status changes, requests, notes, the certificate, and the account behind it.

use std::time::Duration;

use certcentral_model::{CertificateFormat, CertificateId, OrderId, OrderStatus, RequestId};
use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer};
use certcentral_transport::LookupError;

use crate::caller::{KEY, client, respond, serve};

fn order() -> OrderId {
    OrderId::new(112_233).unwrap()
}

/// Looks everything up at a server that always plays this: the targets in their order, and the errors.
async fn everything(script: Script) -> (ScriptedServer, Vec<Option<LookupError>>) {
    let server = serve([script.repeat()]).await;
    let it = client(&server);
    let request = RequestId::new(8).unwrap();
    let certificate = CertificateId::new(445_566).unwrap();
    let format = &CertificateFormat::PemAll;
    let errors = vec![
        it.list_status_changes(Duration::from_secs(90)).await.err(),
        it.get_request(request).await.err(),
        it.list_notes(order()).await.err(),
        it.download_order_certificate(order(), format).await.err(),
        it.download_certificate(certificate, format).await.err(),
        it.get_product("pkio_qualified_organisation_person_prof").await.err(),
        it.list_products().await.err(),
        it.get_balance(None).await.err(),
        it.get_balance(Some(6)).await.err(),
        it.get_user().await.err(),
        it.list_custom_fields().await.err(),
    ];
    (server, errors)
}

const TARGETS: [&str; 11] = [
    "/order/certificate/status-changes?minutes=2",
    "/request/8",
    "/order/certificate/112233/note",
    "/certificate/download/order/112233/format/pem_all",
    "/certificate/445566/download/format/pem_all",
    "/product/pkio_qualified_organisation_person_prof",
    "/product",
    "/finance/balance",
    "/finance/balance?container_id=6",
    "/user/me",
    "/account/metadata",
];

#[tokio::test]
async fn every_look_up_goes_where_its_page_says() {
    let (server, _) = everything(respond(404, "{}")).await;
    let requests = server.requests();
    let targets: Vec<&str> =
        requests.iter().map(|it| it.target().strip_prefix("/services/v2").unwrap()).collect();
    assert_eq!(targets, TARGETS);
    for request in &requests {
        assert_eq!((request.method(), request.body()), ("GET", &b""[..]));
        assert_eq!(request.header("x-dc-devkey"), Some(KEY));
        let accepts =
            if request.target().contains("download") { "*/*" } else { "application/json" };
        assert_eq!(request.header("accept"), Some(accepts));
    }
}

#[tokio::test]
async fn refusals_are_errors_with_their_reasons() {
    let own = format!(r#"{{"errors":[{{"code":"access_denied","message":"{KEY}"}}]}}"#);
    let (_, errors) = everything(respond(403, &own)).await;
    for (error, target) in errors.into_iter().zip(TARGETS) {
        let error = error.unwrap_or_else(|| panic!("{target} is refused"));
        assert_eq!(error.status(), Some(403));
        assert_eq!(error.errors()[0].code.as_str(), "access_denied");
        assert!(!format!("{error} {error:?}").contains(KEY));
    }
}

#[tokio::test]
async fn anything_else_is_an_error_and_nothing_panics() {
    for body in ["<html>Welcome</html>", "", "[]", "null", "\u{feff}", "{\"orders\":"] {
        let (_, errors) = everything(respond(200, body)).await;
        for (error, target) in errors.into_iter().zip(TARGETS) {
            assert!(error.is_some(), "{body:?} from {target}");
        }
    }
}

#[tokio::test]
async fn empty_objects_are_empty_lists() {
    let server = serve([respond(200, "{}").repeat()]).await;
    let client = client(&server);
    assert!(client.list_status_changes(Duration::ZERO).await.unwrap().is_empty());
    assert!(client.list_notes(order()).await.unwrap().is_empty());
    assert!(client.list_products().await.unwrap().is_empty());
    assert!(client.list_custom_fields().await.unwrap().is_empty());
    assert_eq!(client.get_balance(None).await.unwrap().balance, None);
    assert_eq!(client.get_user().await.unwrap().email, None);
}

#[tokio::test]
async fn documented_shapes_are_read() {
    let server = serve([
        respond(200, r#"{"orders":[{"order_id":1,"certificate_id":2,"status":"issued"},{"order_id":"3","status":"new"}]}"#),
        respond(200, r#"{"id":8,"date":"x","type":"revoke","status":"pending","requester":{"id":1},
            "order":{"id":1,"product":{"name_id":"p"},"unsubmitted_domains":[]},"comments":"c"}"#),
        respond(200, r#"{"notes":[{"id":3,"date_created":"x","text":"t","user":{"id":1}}]}"#),
        respond(200, r#"{"balance":"1250.00","currency":"EUR","unlimited_negative_balance":true}"#),
        respond(200, r#"{"id":7,"email":"bram@example.com","last_login_date":"2026-11-20 10:00:00"}"#),
        respond(200, r#"{"metadata":[{"id":12,"label":"Cost centre","is_required":true,"is_active":true}]}"#),
        respond(200, r#"{"name_id":"p","allowed_validity_years":[1,2,3],"signature_hash_types":
            {"allowed_hash_types":[{"id":"sha256","name":"SHA-256"}],"default_hash_type_id":"sha256"}}"#),
        respond(200, r#"{"products":[{"name_id":"p"},{"name_id":"q"},5]}"#),
    ])
    .await;
    let client = client(&server);
    let changes = client.list_status_changes(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0].status, Some(OrderStatus::Issued));
    assert_eq!(changes[1].order_id.get(), 3);
    let request = client.get_request(RequestId::new(8).unwrap()).await.unwrap();
    assert_eq!(request.r#type.as_deref(), Some("revoke"));
    assert_eq!(client.list_notes(order()).await.unwrap()[0].text.as_deref(), Some("t"));
    let balance = client.get_balance(None).await.unwrap();
    assert_eq!(balance.balance.unwrap().as_str(), "1250.00");
    assert_eq!(balance.unlimited_negative_balance, Some(true));
    assert_eq!(client.get_user().await.unwrap().id, Some(7));
    assert_eq!(client.list_custom_fields().await.unwrap()[0].is_required, Some(true));
    assert_eq!(client.get_product("p").await.unwrap().allowed_validity_years, [1, 2, 3]);
    assert_eq!(client.list_products().await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_answer_about_another_request_is_an_error() {
    let server = serve([respond(200, r#"{"id":9,"status":"pending"}"#)]).await;
    let error = client(&server).get_request(RequestId::new(8).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("another id"), "{error}");
}

const PEM: &str = "-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n";

#[tokio::test]
async fn a_download_is_the_bytes_of_the_file() {
    let file = Answer::json(200, PEM).header("Content-Type", "application/x-pem-file");
    let server = serve([Script::new().read_request().respond_with(file).repeat()]).await;
    let format = CertificateFormat::PemAll;
    let bytes = client(&server).download_order_certificate(order(), &format).await.unwrap();
    assert_eq!(bytes, PEM.as_bytes());
    // A format that nobody knows cannot leave its place in the path.
    let odd = CertificateFormat::from("../../user/me?x");
    client(&server).download_order_certificate(order(), &odd).await.unwrap();
    assert_eq!(
        server.requests()[1].target(),
        "/services/v2/certificate/download/order/112233/format/..%2F..%2Fuser%2Fme%3Fx"
    );
}

#[tokio::test]
async fn what_is_not_whole_certificates_is_no_file() {
    let block = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for body in [
        "MIIB".to_owned(),
        format!("{block}-----BEGIN CERTIFICATE-----\nMIIB\n"),
        format!("{block}-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"),
        format!("{block}<html>"),
        format!("<html>{block}"),
        block.replace("MIIB", "MII"),
        block.replace("MIIB", "MII\u{1b}"),
        block.replace("MIIB", ""),
        block.replace("MIIB", "MIIB\n-----BEGIN CERTIFICATE-----\nMIIB"),
    ] {
        let server = serve([respond(200, &body)]).await;
        let format = CertificateFormat::PemAll;
        assert!(
            client(&server).download_order_certificate(order(), &format).await.is_err(),
            "{body}"
        );
    }
    let server = serve([respond(203, block)]).await;
    let format = CertificateFormat::PemAll;
    assert!(client(&server).download_order_certificate(order(), &format).await.is_err());
}

#[tokio::test]
async fn temporary_failures_are_retried_and_a_cut_file_is_one() {
    let cut = Script::new().read_request().write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nMII");
    let server = serve([cut, respond(500, ""), respond(200, PEM)]).await;
    let format = CertificateFormat::PemAll;
    let bytes = client(&server).download_order_certificate(order(), &format).await.unwrap();
    assert_eq!(bytes, PEM.as_bytes());
    assert_eq!(server.connections(), 3);
}
