//! How a receipt recognises an order, its person and its key: by salted digests, which reveal none of
//! them.

use std::io::{self, Write};

use certcentral::ApiKey;
use certcentral::model::{Holder, ProductOrder};
use certcentral::pkio_professional::Order;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::exit::{Failure, Result};

/// SHA-256 digests of a random salt with the order, and with each part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprints {
    salt: String,
    /// Of the product and the order's JSON without the card.
    digest: String,
    fingerprints: Parts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Parts {
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    individual: Option<String>,
}

impl Fingerprints {
    /// The digests of an order and the key it is sent with, with a new salt.
    pub(crate) fn of(order: &Order, key: &ApiKey) -> Result<Self> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| {
            Failure::usage(format!("this system gives no random numbers for the receipt: {error}"))
        })?;
        let salt = hex(&salt);
        let holder = order.holder();
        Ok(Self {
            digest: digest(&salt, order),
            fingerprints: Parts {
                key: part(&salt, "key", key.expose()),
                email: email(&salt, holder),
                name: name(&salt, holder),
                individual: individual(&salt, holder),
            },
            salt,
        })
    }

    /// Whether the order is the same, whatever card pays for it.
    pub(crate) fn is_order(&self, order: &Order) -> bool {
        self.digest == digest(&self.salt, order)
    }

    /// Whether the key is the one that the order was sent with.
    pub(crate) fn is_key(&self, key: &ApiKey) -> bool {
        self.fingerprints.key == part(&self.salt, "key", key.expose())
    }

    /// Whether an order is for the same person, as far as this can be told.
    pub(crate) fn is_person(&self, order: &Order) -> bool {
        self.known(order.holder()) != Holder::default()
    }

    /// What of a holder is as it was in the order that was sent. The rest was changed since.
    pub(crate) fn known<'a>(&self, holder: Holder<'a>) -> Holder<'a> {
        let Parts { key: _, email: sent_email, name: sent_name, individual: sent_individual } =
            &self.fingerprints;
        let same = |sent: &Option<String>, now: Option<String>| now.is_some() && *sent == now;
        let mut known = Holder::default();
        if same(sent_email, email(&self.salt, holder)) {
            known.email = holder.email;
        }
        if same(sent_name, name(&self.salt, holder)) {
            (known.first_name, known.last_name) = (holder.first_name, holder.last_name);
        }
        if same(sent_individual, individual(&self.salt, holder)) {
            known.id = holder.id;
        }
        known
    }
}

fn digest(salt: &str, order: &Order) -> String {
    // An order that is paid with another card the next time is still the same order.
    let order = order.without_card();
    let mut hash = Hash(Sha256::new());
    hash.0.update(salt.as_bytes());
    hash.0.update(Order::PRODUCT_NAME_ID.as_bytes());
    // Neither the order nor the hash can fail to be written.
    let written = serde_json::to_writer(&mut hash, &order);
    debug_assert!(written.is_ok());
    hex(&hash.0.finalize())
}

/// The digest of a text, which differs from that of the same text in another role.
fn part(salt: &str, role: &str, text: &str) -> String {
    let hash = Sha256::new().chain_update(salt).chain_update([0]).chain_update(role);
    hex(&hash.chain_update([0]).chain_update(text).finalize())
}

fn email(salt: &str, holder: Holder<'_>) -> Option<String> {
    let email: String = holder.email?.trim().nfkc().flat_map(char::to_lowercase).collect();
    (!email.is_empty()).then(|| part(salt, "email", &email))
}

/// Of the letters alone: case, accents, blanks and hyphens are soon written in another way.
fn name(salt: &str, holder: Holder<'_>) -> Option<String> {
    let letters = |name: Option<&str>| -> String {
        name.unwrap_or_default()
            .nfkd()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let name = letters(holder.first_name) + &letters(holder.last_name);
    (!name.is_empty()).then(|| part(salt, "name", &name))
}

fn individual(salt: &str, holder: Holder<'_>) -> Option<String> {
    holder.id.map(|id| part(salt, "individual", &id.to_string()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn order(change: impl FnOnce(&mut Order)) -> Order {
        let text = include_str!("../../../../docs/examples/card-payment.json");
        let mut order = serde_json::from_str(text).unwrap();
        change(&mut order);
        order
    }

    fn key(text: &str) -> ApiKey {
        ApiKey::new(text).unwrap()
    }

    #[test]
    fn recognises_the_order_the_key_and_the_parts_of_the_person() {
        let sent = order(|order| order.certificate.individual.first_name = Some("Zoë".into()));
        let prints = Fingerprints::of(&sent, &key("key-1")).unwrap();
        assert!(prints.is_order(&sent) && prints.is_key(&key("key-1")));
        assert!(!prints.is_key(&key("key-2")));
        assert_eq!(prints.known(sent.holder()), sent.holder());

        let decomposed =
            order(|order| order.certificate.individual.first_name = Some("Zoe\u{308}".into()));
        assert!(!prints.is_order(&decomposed));
        assert_eq!(prints.known(decomposed.holder()), decomposed.holder());

        let other_email = order(|order| {
            order.certificate.individual.first_name = Some("Zoë".into());
            order.certificate.individual.email = Some("zoe@example.com".into());
        });
        let known = prints.known(other_email.holder());
        assert_eq!((known.email, known.first_name), (None, Some("Zoë")));
        assert!(prints.is_person(&other_email));

        let other = order(|order| {
            order.certificate.individual.first_name = Some("Fenna".into());
            order.certificate.individual.email = Some("fenna@example.com".into());
        });
        assert!(!prints.is_person(&other));
    }

    #[test]
    fn two_receipts_of_one_order_have_nothing_in_common() {
        let order = order(|_| {});
        let of = || serde_json::to_value(Fingerprints::of(&order, &key("k")).unwrap()).unwrap();
        let (one, other) = (of(), of());
        for pointer in ["/salt", "/digest", "/fingerprints/key", "/fingerprints/email"] {
            assert_ne!(one.pointer(pointer).unwrap(), other.pointer(pointer).unwrap());
        }
    }
}
