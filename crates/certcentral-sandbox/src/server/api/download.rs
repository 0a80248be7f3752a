//! Downloading a certificate. Every order gets the same one, which no real authority has signed;
//! serial number and thumbprint in the look-ups are invented and belong to no file.

use std::sync::Arc;

use axum::extract::{Path, State};

use super::order::no_order;
use crate::answer::{Answer, Answered};
use crate::books::PlacedOrder;
use crate::server::account::Account;

const LEAF: &str = include_str!("../certificate/leaf.pem");
const LEAF_DER: &[u8] = include_bytes!("../certificate/leaf.cer");
const INTERMEDIATE: &str = include_str!("../certificate/intermediate.pem");
const ROOT: &str = include_str!("../certificate/root.pem");
const CHAIN_P7B: &str = include_str!("../certificate/chain.p7b");

/// `GET /certificate/download/order/{order_id}/format/{format}`
pub(super) async fn by_order(
    State(account): State<Arc<Account>>,
    Path((id, format)): Path<(String, String)>,
) -> Answered {
    let order = id.parse().ok().and_then(|id| account.ledger.order(id));
    download(&*order.ok_or_else(no_order)?, &format)
}

/// `GET /certificate/{certificate_id}/download/format/{format}`
pub(super) async fn by_certificate(
    State(account): State<Arc<Account>>,
    Path((id, format)): Path<(String, String)>,
) -> Answered {
    let order = id.parse().ok().and_then(|id| account.ledger.order_of_certificate(id));
    download(&*order.ok_or_else(no_certificate)?, &format)
}

fn download(order: &PlacedOrder, format: &str) -> Answered {
    order.valid_till().ok_or_else(no_certificate)?;
    let pem = |parts: &[&str]| ("application/x-pem-file", parts.concat().into_bytes());
    let (content_type, body) = match format {
        "pem_all" => pem(&[LEAF, INTERMEDIATE, ROOT]),
        "pem_noroot" => pem(&[LEAF, INTERMEDIATE]),
        "pem_nointermediate" => pem(&[LEAF]),
        "cer" => ("application/pkix-cert", LEAF_DER.to_vec()),
        "p7b" => ("application/x-pkcs7-certificates", CHAIN_P7B.into()),
        _ => {
            let known = "the formats are pem_all, pem_noroot, pem_nointermediate, cer and p7b";
            return Err(Answer::error(400, "invalid_value:format_type", known));
        }
    };
    Ok(Answer::new(200).header("Content-Type", content_type).body(body))
}

fn no_certificate() -> Answer {
    Answer::error(404, "not_found|certificate", "there is no certificate that was issued")
}
