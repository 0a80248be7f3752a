//! Every public type can be sent, shared and shown, and every future sent.

use std::fmt::Debug;

fn is<T: Send + Sync + Debug + 'static>() {}

#[test]
fn public_types_are_send_sync_and_debug() {
    is::<(certcentral::Client, certcentral::ClientBuilder)>();
}

#[test]
fn futures_can_move_between_threads() {
    fn can_move<T: Send>(_: T) {}
    let client = certcentral::Client::builder(certcentral::ApiKey::new("key").unwrap()).build();
    let order = super::checked(super::example("card-payment"));
    can_move(client.place_order(&order));
    can_move(client.find_order(&certcentral::transport::OrderSearch::new(
        order.order(),
        jiff::Timestamp::UNIX_EPOCH,
        jiff::Timestamp::UNIX_EPOCH,
    )));
}
