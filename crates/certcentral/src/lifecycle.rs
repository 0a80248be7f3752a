//! The calls after the order, forwarded to the transport.

use std::time::Duration;

use certcentral_model::{
    Balance, CertificateFormat, CertificateId, CustomField, Note, OrderId, ProductInfo, RequestId,
    RequestInfo, Revocation, StatusChange, UserInfo,
};
use certcentral_transport::{ChangeOutcome, LookupError};

use crate::client::Client;

/// The calls after the order.
///
/// A change is sent once, behind the same gate as an order, and ends in one of four
/// outcomes; see [`ChangeOutcome`].
impl Client {
    /// Lists the orders whose status changed within a time, a week at most. DigiCert recommends this
    /// over looking at each order.
    pub async fn list_status_changes(
        &self,
        within: Duration,
    ) -> Result<Vec<StatusChange>, LookupError> {
        self.transport.list_status_changes(within).await
    }

    /// Looks a request up.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is no such request.
    pub async fn get_request(&self, id: RequestId) -> Result<RequestInfo, LookupError> {
        self.transport.get_request(id).await
    }

    /// Approves a request, so that its order goes on. This may spend money.
    pub async fn approve_request(&self, id: RequestId, comment: Option<&str>) -> ChangeOutcome {
        self.transport.approve_request(id, comment).await
    }

    /// Rejects a request, so that its order ends.
    pub async fn reject_request(&self, id: RequestId, comment: Option<&str>) -> ChangeOutcome {
        self.transport.reject_request(id, comment).await
    }

    /// Cancels an order that waits. The API refuses a cancellation without a note.
    pub async fn cancel_order(&self, id: OrderId, note: &str) -> ChangeOutcome {
        self.transport.cancel_order(id, note).await
    }

    /// Revokes all certificates of an order, for good.
    ///
    /// Signatures that were made before may be doubted from then on, and there is no refund. As a
    /// rule an administrator has to approve it first.
    pub async fn revoke_order(&self, id: OrderId, revocation: &Revocation) -> ChangeOutcome {
        self.transport.revoke_order(id, revocation).await
    }

    /// Revokes one certificate, for good. See [`revoke_order`](Self::revoke_order). The order stays
    /// alive.
    pub async fn revoke_certificate(
        &self,
        id: CertificateId,
        revocation: &Revocation,
    ) -> ChangeOutcome {
        self.transport.revoke_certificate(id, revocation).await
    }

    /// Writes a note on an order. The other users of the account can read it.
    pub async fn add_note(&self, id: OrderId, text: &str) -> ChangeOutcome {
        self.transport.add_note(id, text).await
    }

    /// Lists the notes on an order.
    pub async fn list_notes(&self, id: OrderId) -> Result<Vec<Note>, LookupError> {
        self.transport.list_notes(id).await
    }

    /// Downloads the active certificate of an order, as the bytes of a file.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is none yet.
    pub async fn download_order_certificate(
        &self,
        id: OrderId,
        format: &CertificateFormat,
    ) -> Result<Vec<u8>, LookupError> {
        self.transport.download_order_certificate(id, format).await
    }

    /// Downloads a certificate, as the bytes of a file.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if there is no such certificate.
    pub async fn download_certificate(
        &self,
        id: CertificateId,
        format: &CertificateFormat,
    ) -> Result<Vec<u8>, LookupError> {
        self.transport.download_certificate(id, format).await
    }

    /// Looks a product up by its `name_id`.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if the account does not have it.
    pub async fn get_product(&self, name_id: &str) -> Result<ProductInfo, LookupError> {
        self.transport.get_product(name_id).await
    }

    /// Lists the products that the account may order.
    pub async fn list_products(&self) -> Result<Vec<ProductInfo>, LookupError> {
        self.transport.list_products().await
    }

    /// Returns what the account can pay with. An account of several divisions needs the container
    /// whose balance is meant.
    pub async fn get_balance(&self, container: Option<u64>) -> Result<Balance, LookupError> {
        self.transport.get_balance(container).await
    }

    /// Returns the user whose API key is used.
    pub async fn get_user(&self) -> Result<UserInfo, LookupError> {
        self.transport.get_user().await
    }

    /// Lists the fields that the account asks for beside the API's own.
    pub async fn list_custom_fields(&self) -> Result<Vec<CustomField>, LookupError> {
        self.transport.list_custom_fields().await
    }
}
