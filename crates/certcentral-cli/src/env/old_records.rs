//! What earlier versions of this program left beside an order's file: a receipt. It is read once more, so
//! that nothing that it knows of is ordered twice, and never written.

use std::path::{Path, PathBuf};

use certcentral::model::{Holder, OrderId, ProductOrder as _};
use certcentral::pkio_professional::Order;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use crate::env::file;

#[derive(Deserialize)]
struct Receipt {
    #[serde(flatten)]
    run: Run,
    #[serde(default)]
    earlier: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    state: String,
    #[serde(default)]
    host: String,
    #[serde(default)]
    salt: String,
    #[serde(default)]
    fingerprints: Parts,
    #[serde(default)]
    order_id: Option<OrderId>,
}

#[derive(Default, Deserialize)]
struct Parts {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    individual: Option<String>,
}

/// An order that an old receipt knows of.
pub(crate) struct OldOrder {
    pub(crate) receipt: PathBuf,
    /// Its id, if it was placed.
    pub(crate) order_id: Option<OrderId>,
}

/// The order of this person that the old receipt beside a file says was placed, or may have been.
pub(crate) fn old_order(path: &Path, server: &str, order: &Order) -> Option<OldOrder> {
    if file::is_stdin(path) {
        return None;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".receipt.json");
    let receipt = PathBuf::from(name);
    let text = file::read(&receipt, file::LARGEST_ORDER).ok()?;
    let Receipt { run, earlier } = serde_json::from_slice(&text).ok()?;
    let runs = std::iter::once(run).chain(earlier);
    let mut known = runs.filter(|run| {
        matches!(&*run.state, "placed" | "unknown" | "sending")
            && run.host == server
            && run.is_for(order.holder())
    });
    let run = known.next()?;
    Some(OldOrder { receipt, order_id: run.order_id })
}

impl Run {
    fn is_for(&self, holder: Holder<'_>) -> bool {
        let same = |kept: &Option<String>, role: &str, text: Option<String>| {
            kept.is_some() && text.is_some_and(|text| *kept == Some(self.print(role, &text)))
        };
        let letters = |name: Option<&str>| -> String {
            let name = name.unwrap_or_default().nfkd().filter(|c| c.is_alphanumeric());
            name.flat_map(char::to_lowercase).collect()
        };
        let email = holder
            .email
            .map(|email| -> String { email.trim().nfkc().flat_map(char::to_lowercase).collect() });
        let name = letters(holder.first_name) + &letters(holder.last_name);
        let Parts { email: kept_email, name: kept_name, individual } = &self.fingerprints;
        same(kept_email, "email", email)
            || same(kept_name, "name", Some(name).filter(|name| !name.is_empty()))
            || same(individual, "individual", holder.id.map(|id| id.to_string()))
    }

    fn print(&self, role: &str, text: &str) -> String {
        let hash = Sha256::new().chain_update(&self.salt).chain_update([0]).chain_update(role);
        let digest = hash.chain_update([0]).chain_update(text).finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
