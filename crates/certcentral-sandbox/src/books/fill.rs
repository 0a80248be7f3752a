//! Orders of invented people, to fill the books with.

use certcentral_model::{
    IndividualInfo, InvalidId, PaymentMethod, ProductOrder, pkio_professional,
};
use jiff::{SignedDuration, Timestamp};

use super::ledger::Ledger;
use super::order::{NewOrder, Validity};
use crate::settings::Approval;

/// Of this many orders, one is still pending; all others are issued.
const ONE_WAITS_IN: u64 = 10;

impl Ledger {
    /// Adds orders from the past two years, the oldest first, each for another person and valid for
    /// one year.
    pub(crate) fn fill(
        &self,
        count: u64,
        product_name: &'static str,
        now: Timestamp,
    ) -> Result<(), InvalidId> {
        let two_years = 2 * 365 * 24 * 60 * 60;
        let orders = (0..count).map(|number| {
            let seconds = two_years - two_years * number / count.max(1);
            let age = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(0));
            let placed_at = now.checked_sub(age).unwrap_or(now);
            (order(number, product_name), placed_at, Approval::Pending)
        });
        self.enter(orders, |order, certificate, number| {
            if number % ONE_WAITS_IN != 0 {
                order.issue(certificate, order.placed_at);
            }
        })
    }
}

fn order(number: u64, product_name: &'static str) -> NewOrder {
    let mut individual = IndividualInfo::default();
    individual.first_name = Some("Invented".into());
    individual.last_name = Some(format!("Person {number}"));
    individual.email = Some(format!("invented-{number}@example.com"));
    NewOrder {
        product_name_id: pkio_professional::Order::PRODUCT_NAME_ID,
        product_name,
        individual,
        common_name: Some(format!("Invented Person {number}")),
        signature_hash: "sha256".into(),
        validity: Validity::Years(1),
        payment_method: PaymentMethod::Balance,
        json: "{}".into(),
        request_number: 0,
    }
}
