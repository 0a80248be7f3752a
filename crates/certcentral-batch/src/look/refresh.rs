//! The status of placed orders.

use certcentral::Client;
use certcentral::model::{OrderId, OrderStatus};
use certcentral::transport::LookupError;

use crate::journal::{Journal, JournalError, JournalRow, RowState, id_of};

/// The status of a placed order.
#[derive(Debug)]
#[non_exhaustive]
pub struct RefreshedRow {
    /// The reference of the row.
    pub reference: String,
    /// The order's id.
    pub order_id: OrderId,
    /// Its status, if the answer has one, or why it could not be looked up.
    pub status: Result<Option<OrderStatus>, LookupError>,
}

impl Journal {
    /// Asks CertCentral for the status of each placed order, and records it. An order that cannot be
    /// looked up keeps what was known of it.
    ///
    /// # Errors
    ///
    /// The journal cannot be written.
    pub async fn refresh(
        &mut self,
        client: &Client,
        mut on_row: impl FnMut(&RefreshedRow),
    ) -> Result<(), JournalError> {
        let mut after = 0;
        loop {
            let rows = self.rows(after)?;
            let Some(last) = rows.last() else { return self.fold() };
            after = last.row;
            for JournalRow { row, reference, state, order_id, .. } in rows {
                let Some(order_id) = order_id.filter(|_| state == RowState::Placed) else {
                    continue;
                };
                let order_id = id_of(order_id)?;
                let status = match client.get_order(order_id).await {
                    Ok(order) => {
                        let certificate = order.certificate.as_ref();
                        let certificate = certificate.and_then(|certificate| certificate.id);
                        let certificate = certificate.map(|id| id.get());
                        let status = order.status.as_ref().map(OrderStatus::as_str);
                        self.set_order_status(row, status, certificate)?;
                        Ok(order.status)
                    }
                    Err(error) => Err(error),
                };
                on_row(&RefreshedRow { reference, order_id, status });
            }
        }
    }
}
