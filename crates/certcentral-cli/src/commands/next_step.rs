//! What an order waits for, and who has to act next, as far as it is known.
//!
//! How an order for this product goes on is described on DigiCert's pages in words, not for the API:
//! what is said here is what these pages say, and no more.

use certcentral::model::{OrderId, OrderStatus, RequestId, RequestInfo, RequestStatus};

/// The next step of an order as a sentence. `None` of a status that is not known. `options` lead a
/// command to the same server.
pub(crate) fn of(
    id: OrderId,
    status: Option<&OrderStatus>,
    requests: &[RequestInfo],
    options: &str,
) -> Option<String> {
    let waits = |request: &RequestInfo, status: &RequestStatus| {
        request.status.as_ref() == Some(status)
            && request.r#type.as_deref().is_none_or(|kind| kind == "new_request")
    };
    let submitted = requests.iter().find(|it| waits(it, &RequestStatus::Submitted));
    let revocation = requests.iter().find(|request| {
        let waits =
            matches!(request.status, Some(RequestStatus::Submitted | RequestStatus::Pending));
        waits && request.r#type.as_deref() == Some("revoke")
    });
    let approve =
        |request: RequestId| format!("with `certcentral approve{options} {request}`, or reject it");
    Some(match (status?, submitted, revocation) {
        (OrderStatus::Pending | OrderStatus::NeedsApproval, Some(request), _) => format!(
            "It waits for an administrator of the account, who has to approve request {} {}.",
            request.id,
            approve(request.id)
        ),
        (OrderStatus::NeedsApproval, None, _) => format!(
            "It waits for an administrator of the account, who has to approve its request; \
             `certcentral requests{options}` lists it."
        ),
        (OrderStatus::Issued, _, Some(request)) => format!(
            "A revocation waits for an administrator of the account, who has to approve request {} \
             {}.",
            request.id,
            approve(request.id)
        ),
        (OrderStatus::Pending, ..) => {
            "It waits for DigiCert, which checks the order and the holder, and may write to the \
             holder."
                .into()
        }
        (OrderStatus::Processing, ..) => {
            "DigiCert works on it, and may write to the holder, for example about the address that \
             the token goes to."
                .into()
        }
        (OrderStatus::NeedsCsr, ..) => {
            "It waits for a certificate signing request, which has to be given in CertCentral."
                .into()
        }
        (OrderStatus::WaitingPickup, ..) => {
            "It waits for the holder, to whom DigiCert writes what to do.".into()
        }
        (OrderStatus::ReissuePending, ..) => {
            "It waits for DigiCert to issue the certificate once more.".into()
        }
        (OrderStatus::Issued, ..) => {
            format!("The certificate is issued: `certcentral download{options} {id}` downloads it.")
        }
        (OrderStatus::Rejected, ..) => {
            "It has ended without a certificate: it was rejected. A new order is needed if the \
             certificate still is."
                .into()
        }
        (OrderStatus::Canceled, ..) => {
            "It has ended without a certificate: it was canceled. A new order is needed if the \
             certificate still is."
                .into()
        }
        (OrderStatus::Expired, ..) => {
            "The certificate has expired. A new order is needed if the holder still signs.".into()
        }
        (OrderStatus::Revoked, ..) => {
            "The certificate is revoked for good. A new order is needed if the holder still signs."
                .into()
        }
        _ => return None,
    })
}

/// Whether nothing more is waited for.
pub(crate) fn has_ended(status: &OrderStatus) -> bool {
    *status == OrderStatus::Issued || status.has_ended()
}
