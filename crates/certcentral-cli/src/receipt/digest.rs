//! By what a receipt recognises its order: a salted digest, from which nobody reads the order.

use std::io::{self, Write};

use certcentral::model::ProductOrder;
use certcentral::pkio_professional::Order;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use sha2::Sha256;

use crate::exit::{Failure, Result};

/// SHA-256 over a random salt, the product, and the order's JSON without the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Digest {
    salt: String,
    digest: String,
}

impl Digest {
    /// The digest of an order, with a new salt.
    pub(crate) fn of(order: &Order) -> Result<Self> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| {
            Failure::usage(format!("this system gives no random numbers for the receipt: {error}"))
        })?;
        Ok(Self::with_salt(hex(&salt), order))
    }

    /// Whether this is the digest of an order.
    pub(crate) fn is_of(&self, order: &Order) -> bool {
        *self == Self::with_salt(self.salt.clone(), order)
    }

    fn with_salt(salt: String, order: &Order) -> Self {
        // The card may be another one the next time, and the order is the same all the same.
        let mut order = order.clone();
        order.credit_card = None;
        let mut hash = Hash(Sha256::new());
        hash.0.update(salt.as_bytes());
        hash.0.update(Order::PRODUCT_NAME_ID.as_bytes());
        // Neither the order nor the hash can fail to be written.
        let written = serde_json::to_writer(&mut hash, &order);
        debug_assert!(written.is_ok());
        Self { salt, digest: hex(&hash.0.finalize()) }
    }
}

/// Hashes what is written, so that the order's text is nowhere in memory.
struct Hash(Sha256);

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
