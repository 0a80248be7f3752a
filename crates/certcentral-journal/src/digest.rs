//! How a journal recognises an order, its person and its account: by salted digests. The salt lies
//! beside them, so they are pseudonyms, and hide nothing from somebody who guesses.

use std::io::{self, Write};

use certcentral::model::{Holder, ProductOrder};
use certcentral::transport::{NAME_PARTICLES, email_addresses, name_words};
use sha2::{Digest as _, Sha256};

/// A salted SHA-256 digest.
pub type Print = [u8; 32];

/// The random number of a journal that all its digests begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt([u8; 16]);

impl Salt {
    /// Returns a new salt.
    ///
    /// # Errors
    ///
    /// This system gives no random numbers.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt)?;
        Ok(Self(salt))
    }

    /// Takes a stored salt.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Returns the digest of a text, which differs from that of the same text in another role.
    pub(crate) fn print(&self, role: &str, text: &str) -> Print {
        self.begin(role).chain_update(text).finalize().into()
    }

    fn begin(&self, role: &str) -> Sha256 {
        Sha256::new().chain_update(self.0).chain_update(role).chain_update([0])
    }

    /// Returns the digest of an order without its card: paid with another card it is the same order.
    pub fn order<P: ProductOrder>(&self, order: &P) -> Print {
        let mut hash = Hash(self.begin("order").chain_update(P::PRODUCT_NAME_ID));
        // Neither the order nor the hash can fail to be written.
        let written = serde_json::to_writer(&mut hash, &order.without_card());
        debug_assert!(written.is_ok());
        hash.0.finalize().into()
    }

    /// Returns the digests of the person whom an order is for.
    #[must_use]
    pub fn person(&self, holder: Holder<'_>) -> PersonPrints {
        let words = |name: Option<&str>| name.map(name_words).unwrap_or_default();
        let mut words = [words(holder.first_name), words(holder.last_name)].concat();
        words.sort_unstable();
        words.dedup();
        let has_name = holder.last_name.is_some() && !words.is_empty();
        let full_name = has_name.then(|| words.join(" "));
        let email = holder.email.and_then(|email| email_addresses(email).pop());
        let individual = holder.id.map(|id| self.print("individual", &id.to_string()));
        let whole = format!(
            "{}\0{}",
            full_name.as_deref().unwrap_or_default(),
            email.as_deref().unwrap_or_default()
        );
        let is_telling = |word: &&String| {
            word.chars().nth(1).is_some() && !NAME_PARTICLES.contains(&word.as_str())
        };
        PersonPrints {
            person: individual.unwrap_or_else(|| self.print("person", &whole)),
            individual,
            full_name: full_name.map(|name| self.print("name", &name)),
            email: email.map(|email| self.print("email", &email)),
            words: words.iter().filter(is_telling).map(|word| self.print("word", word)).collect(),
        }
    }
}

/// The digests of a person, whole and in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonPrints {
    /// Of CertCentral's id of the individual, otherwise of name and email address together.
    pub person: Print,
    /// Of CertCentral's id of the individual.
    pub individual: Option<Print>,
    /// Of the whole name, without case, accents and the order of its words.
    pub full_name: Option<Print>,
    /// Of the email address.
    pub email: Option<Print>,
    /// Of each word of the name that has two letters or more and is no particle.
    pub words: Vec<Print>,
}

impl PersonPrints {
    /// Returns whether two orders are certainly for one person: the same individual, otherwise the
    /// same name and email address. An order by id and one by details cannot be compared.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.person == other.person
    }

    /// Returns whether two orders may be for one person, a typo in one of them included: the same
    /// individual, the same full name, or the same email address and a word of the name in common.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        fn shared(one: Option<Print>, other: Option<Print>) -> bool {
            one.is_some() && one == other
        }
        self.is_same(other)
            || shared(self.individual, other.individual)
            || shared(self.full_name, other.full_name)
            || (shared(self.email, other.email)
                && self.words.iter().any(|word| other.words.contains(word)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use certcentral::pkio_professional::{Individual, Order};

    fn order(change: impl FnOnce(&mut Order)) -> Order {
        let text = include_str!("../../../docs/examples/card-payment.json");
        let mut order: Order = serde_json::from_str(text).expect("an order");
        order.certificate.individual.first_name = Some("Zoë".into());
        order.certificate.individual.last_name = Some("van der Berg".into());
        order.certificate.individual.email = Some("z.berg@example.com".into());
        change(&mut order);
        order
    }

    fn prints(change: impl FnOnce(&mut Order)) -> PersonPrints {
        Salt::from_bytes([7; 16]).person(order(change).holder())
    }

    #[test]
    fn another_card_is_the_same_order_and_another_member_is_not() {
        let salt = Salt::from_bytes([7; 16]);
        let digest = salt.order(&order(|_| {}));
        assert_eq!(digest, salt.order(&order(|order| order.credit_card = None)));
        assert_ne!(digest, salt.order(&order(|order| order.ship_info = None)));
        assert_ne!(digest, Salt::from_bytes([8; 16]).order(&order(|_| {})));
    }

    #[test]
    fn a_person_is_recognised_however_the_name_is_written() {
        let sent = prints(|_| {});
        let same = prints(|order| {
            order.certificate.individual.first_name = Some("ZOE\u{308}".into());
            order.certificate.individual.email = Some(" Z.Berg@example.com".into());
        });
        assert!(sent.is_same(&same) && sent.may_be(&same));
    }

    #[test]
    fn a_typo_may_be_the_same_person_and_a_colleague_of_the_mailbox_is_not() {
        let sent = prints(|_| {});
        let typo =
            prints(|order| order.certificate.individual.last_name = Some("van der Brg".into()));
        assert!(!sent.is_same(&typo) && sent.may_be(&typo), "the first name is in common");
        let other_mail =
            prints(|order| order.certificate.individual.email = Some("zoe@example.com".into()));
        assert!(!sent.is_same(&other_mail) && sent.may_be(&other_mail), "the full name is");
        let colleague = prints(|order| {
            order.certificate.individual.first_name = Some("Fenna".into());
            order.certificate.individual.last_name = Some("van der Meer".into());
        });
        assert!(!sent.may_be(&colleague), "only particles and the mailbox are in common");
    }

    #[test]
    fn by_id_the_id_alone_counts() {
        let by_id = |id: u64| {
            let individual = order(|order| order.certificate.individual = Individual::existing(id));
            Salt::from_bytes([7; 16]).person(individual.holder())
        };
        assert!(by_id(21).is_same(&by_id(21)));
        assert!(!by_id(21).may_be(&by_id(22)));
        assert!(!by_id(21).may_be(&prints(|_| {})));
    }
}
