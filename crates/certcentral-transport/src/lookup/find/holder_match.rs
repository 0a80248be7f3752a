//! Whether an entry of a list is about the person whom an order is for.
//!
//! What the lists show of a person is not documented, and differs: a common name, email addresses,
//! an individual. Whatever is there counts. To take a stranger's order for this one loses an order;
//! to miss this one buys it twice. So only clear evidence says "same", and only clear evidence says
//! "different".

use std::fmt;

use certcentral_model::{CertificateInfo, Holder, IndividualInfo};

use crate::lookup::find::report::Match;

/// The person whom an order is for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Person {
    id: Option<u64>,
    first_name: Vec<String>,
    last_name: Vec<String>,
    email: Option<String>,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person([redacted])")
    }
}

/// What the lists show of the person whom an order is for.
#[derive(Default)]
pub(crate) struct Shown {
    id: Option<u64>,
    /// In words.
    names: Vec<Vec<String>>,
    emails: Vec<String>,
}

impl Shown {
    /// Adds what one entry shows, in its certificate and the individual in either place.
    pub(crate) fn add(
        &mut self,
        certificate: Option<&CertificateInfo>,
        individual: Option<&IndividualInfo>,
    ) {
        let nested = certificate.and_then(|certificate| certificate.individual.as_ref());
        for individual in [individual, nested].into_iter().flatten() {
            self.id = self.id.or(individual.id);
            if let (Some(first), Some(last)) = (&individual.first_name, &individual.last_name) {
                self.names.push([words(first), words(last)].concat());
            }
            self.emails.extend(individual.email.as_deref().map(email));
        }
        if let Some(certificate) = certificate {
            self.names.extend(certificate.common_name.as_deref().map(words));
            self.emails.extend(certificate.emails.iter().map(|address| email(address)));
        }
    }
}

/// What that says of being the same person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sameness {
    id: Option<bool>,
    name: Option<Likeness>,
    email: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Different,
    /// The same name, perhaps, written in another way.
    Alike,
    Equal,
}

impl Sameness {
    /// Surely another person: another id, or, where no id tells, quite another name.
    pub(crate) fn differs(self) -> bool {
        match self.id {
            Some(same) => !same,
            None => self.name == Some(Likeness::Different),
        }
    }

    /// Surely the same person: the id, or the very name without another email address, or, where
    /// there is no name, the email address.
    pub(crate) fn is_same(self) -> bool {
        match (self.id, self.name, self.email) {
            (Some(same), _, _) => same,
            (None, Some(Likeness::Equal), email) => email != Some(false),
            (None, None, email) => email == Some(true),
            (None, Some(Likeness::Alike), email) => email == Some(true),
            (None, Some(Likeness::Different), _) => false,
        }
    }

    pub(crate) fn matches(self) -> impl Iterator<Item = Match> {
        [
            (self.id == Some(true), Match::Individual),
            (self.name == Some(Likeness::Equal), Match::Name),
            (self.email == Some(true), Match::Email),
        ]
        .into_iter()
        .filter_map(|(is, what)| is.then_some(what))
    }
}

impl Person {
    pub(crate) fn of(holder: Holder<'_>) -> Self {
        Self {
            id: holder.id,
            first_name: words(holder.first_name.unwrap_or_default()),
            last_name: words(holder.last_name.unwrap_or_default()),
            email: holder.email.map(email),
        }
    }

    /// What an entry says of being about this person. Of several names the one most like ours
    /// counts.
    pub(crate) fn compare(&self, shown: &Shown) -> Sameness {
        let email = self.email.as_ref().filter(|_| !shown.emails.is_empty());
        Sameness {
            id: self.id.zip(shown.id).map(|(mine, other)| mine == other),
            name: shown.names.iter().filter_map(|name| self.compare_name(name)).max(),
            email: email.map(|mine| shown.emails.contains(mine)),
        }
    }

    fn compare_name(&self, other: &[String]) -> Option<Likeness> {
        if self.last_name.is_empty() || other.is_empty() {
            return None;
        }
        if self.first_name.iter().chain(&self.last_name).eq(other) {
            return Some(Likeness::Equal);
        }
        let has = |word: &String| other.contains(word);
        // A word with an accent may have lost it: it proves nothing by being absent.
        let last_absent = self
            .last_name
            .iter()
            .max_by_key(|word| word.len())
            .is_some_and(|word| word.is_ascii() && !has(word));
        let first_absent = self.first_name.first().is_some_and(|word| {
            let initial = word.chars().take(1).collect::<String>();
            word.is_ascii() && !has(word) && !has(&initial)
        });
        Some(if last_absent || first_absent { Likeness::Different } else { Likeness::Alike })
    }
}

/// The words of a name in lower case. What stands between words, dots and hyphens too, is dropped.
fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn email(address: &str) -> String {
    address.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fenna() -> Person {
        Person {
            id: None,
            first_name: words("Fenna Maria"),
            last_name: words("de Wit"),
            email: Some("fenna.dewit@example.com".to_owned()),
        }
    }

    fn certificate(common_name: Option<&str>, emails: &[&str]) -> CertificateInfo {
        let mut certificate = CertificateInfo::default();
        certificate.common_name = common_name.map(Into::into);
        certificate.emails = emails.iter().map(|&email| email.into()).collect();
        certificate
    }

    fn shown(
        person: &Person,
        certificate: Option<&CertificateInfo>,
        individual: Option<&IndividualInfo>,
    ) -> Sameness {
        let mut shown = Shown::default();
        shown.add(certificate, individual);
        person.compare(&shown)
    }

    fn compare(common_name: Option<&str>, emails: &[&str]) -> Sameness {
        shown(&fenna(), Some(&certificate(common_name, emails)), None)
    }

    #[test]
    fn the_same_name_is_the_same_person() {
        for name in ["Fenna Maria de Wit", "FENNA  MARIA DE WIT", "Fenna-Maria de Wit"] {
            assert!(compare(Some(name), &[]).is_same(), "{name}");
        }
    }

    #[test]
    fn another_way_to_write_a_name_is_neither_same_nor_different() {
        for name in ["Fenna de Wit", "F.M. de Wit", "Wit, Fenna", "Fenna Maria de Wit-Bakker"] {
            let sameness = compare(Some(name), &[]);
            assert!(!sameness.is_same() && !sameness.differs(), "{name}");
        }
    }

    #[test]
    fn another_name_is_another_person_even_with_the_same_email() {
        for name in ["Fenna Maria Bakker", "Sanne de Wit", "Jan Jansen"] {
            assert!(compare(Some(name), &["fenna.dewit@example.com"]).differs(), "{name}");
        }
    }

    #[test]
    fn a_lost_accent_is_no_difference() {
        let person = Person { last_name: words("Müller"), ..fenna() };
        let sameness = shown(&person, Some(&certificate(Some("Fenna Maria Mueller"), &[])), None);
        assert!(!sameness.differs() && !sameness.is_same());
    }

    #[test]
    fn an_email_counts_where_no_name_is() {
        assert!(compare(None, &["x@example.com", "Fenna.deWit@example.com"]).is_same());
        let other = compare(None, &["x@example.com"]);
        assert!(!other.is_same() && !other.differs());
        // The same name with another address may be another person.
        let namesake = compare(Some("Fenna Maria de Wit"), &["x@example.com"]);
        assert!(!namesake.is_same() && !namesake.differs());
    }

    #[test]
    fn an_id_decides() {
        let person = Person { id: Some(21), first_name: vec![], last_name: vec![], email: None };
        let individual = |id| {
            let mut individual = IndividualInfo::default();
            individual.id = Some(id);
            individual
        };
        assert!(shown(&person, None, Some(&individual(21))).is_same());
        assert!(shown(&person, None, Some(&individual(22))).differs());
        let silent = shown(&person, Some(&certificate(Some("Jan Jansen"), &[])), None);
        assert!(!silent.is_same() && !silent.differs());
    }

    #[test]
    fn an_entry_that_says_nothing_proves_nothing() {
        let sameness = compare(None, &[]);
        assert!(!sameness.is_same() && !sameness.differs());
    }
}
