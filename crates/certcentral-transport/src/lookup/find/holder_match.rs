//! Whether a row of a list is about the holder whom an order is for.
//!
//! What the lists show of a holder is not documented, and differs: a common name, email addresses, an
//! individual. To take another's order for this one loses an order; to miss this one buys it twice. So
//! a row is about *another* person only if two independent facts say so: the email address differs,
//! and the name has nothing in common.
//!
//! Names are compared in three strengths of one folding: words in Unicode's compatibility form without
//! case, accents and ligatures; the same words without what stands between them; and that with the
//! usual transliterations (`ü` = `ue`, `ij` = `y`) made equal. The first two say "the same name", the
//! last says "something in common".

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use certcentral_model::{CertificateInfo, Holder, IndividualInfo};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::http::redact::REDACTED;

/// Words of last names that many people share, [folded](name_words).
pub const NAME_PARTICLES: [&str; 13] =
    ["van", "de", "der", "den", "ten", "ter", "t", "la", "le", "von", "zu", "di", "da"];

/// Words of a name that are read. No person's name has more, and an answer may be hostile.
const MOST_WORDS: usize = 24;

/// The holder of an order that is looked for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SoughtHolder {
    pub(crate) individual: Option<u64>,
    pub(crate) email: Option<String>,
    /// Known if the last name is.
    pub(crate) name: Option<SoughtName>,
}

/// The name of the holder, prepared for comparing.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SoughtName {
    /// The ways to write the whole name; equal to one of [`ShownName::keys`] if it is the same. Empty
    /// if the first name is not known.
    pub(crate) keys: Vec<String>,
    /// The whole name in one word, the first name first and last.
    pub(crate) joined: [String; 2],
    /// What a name must share to have the last name in common: see [`runs`].
    pub(crate) runs: Vec<u64>,
}

/// What the lists show of the holder of an order.
#[derive(Default)]
pub(crate) struct ShownHolder {
    pub(crate) individuals: Vec<u64>,
    pub(crate) emails: Vec<String>,
    pub(crate) names: Vec<ShownName>,
    /// Whether a name is shown that cannot be compared: damaged, masked, or of initials alone.
    has_dubious_name: bool,
}

/// A name that a list shows, prepared for comparing.
#[derive(PartialEq, Eq)]
pub(crate) struct ShownName {
    pub(crate) keys: Vec<String>,
    pub(crate) joined: String,
    pub(crate) runs: Vec<u64>,
}

impl SoughtHolder {
    pub(crate) fn new(holder: Holder<'_>) -> Self {
        let words_of = |name: Option<&str>| name.map(name_words).unwrap_or_default();
        let (first, last) = (words_of(holder.first_name), words_of(holder.last_name));
        let name = (!last.is_empty()).then(|| {
            let joined = [[&*first, &*last].concat().concat(), [&*last, &*first].concat().concat()];
            let keys = if first.is_empty() {
                Vec::new()
            } else {
                let mut keys = vec![sorted(&[&*first, &*last].concat())];
                keys.extend(joined.iter().cloned());
                keys
            };
            SoughtName {
                keys,
                joined: joined.map(|name| transliterated(&name)),
                runs: last_name_runs(&last),
            }
        });
        Self {
            individual: holder.id,
            email: holder.email.and_then(|it| email_addresses(it).pop()),
            name,
        }
    }

    /// Whether enough is known to tell this holder from another one.
    pub(crate) fn is_distinct(&self) -> bool {
        self.email.is_some() && self.name.is_some()
    }

    /// Whether a row shows CertCentral's id of this individual.
    pub(crate) fn has_individual_of(&self, shown: &ShownHolder) -> bool {
        self.individual.is_some_and(|id| shown.individuals.contains(&id))
    }

    /// Whether a row shows this holder's email address.
    pub(crate) fn has_email_of(&self, shown: &ShownHolder) -> bool {
        self.email.as_ref().is_some_and(|email| shown.emails.contains(email))
    }

    /// Whether a row shows this very name, in whatever way it is written.
    pub(crate) fn has_name_of(&self, shown: &ShownHolder) -> bool {
        let keys = self.name.as_ref().map_or(&[][..], |name| &name.keys);
        shown.names.iter().any(|name| name.keys.iter().any(|key| keys.contains(key)))
    }

    /// Whether a row is about this holder: it shows the individual's id, or the email address, or the
    /// name where it shows no email address.
    pub(crate) fn is_same(&self, shown: &ShownHolder) -> bool {
        self.has_individual_of(shown)
            || self.has_email_of(shown)
            || (shown.emails.is_empty() && self.has_name_of(shown))
    }

    /// Whether a row is surely about another person: it shows another email address **and** a name
    /// that has nothing in common with the holder's.
    pub(crate) fn differs(&self, shown: &ShownHolder) -> bool {
        let Some(sought) = &self.name else { return false };
        self.is_distinct()
            && shown.is_distinct()
            && !self.has_individual_of(shown)
            && !self.has_email_of(shown)
            && !shown.names.iter().any(|name| sought.has_something_in_common(name))
    }
}

impl SoughtName {
    /// Whether anything is left of this name in a name that a list shows: one contains the other, or
    /// a word of the last name that is not a particle is in both.
    fn has_something_in_common(&self, shown: &ShownName) -> bool {
        self.runs.iter().any(|run| shown.runs.contains(run))
            || self
                .joined
                .iter()
                .any(|name| name.contains(&shown.joined) || shown.joined.contains(name.as_str()))
    }
}

impl ShownHolder {
    /// Adds what one entry shows, in its certificate and the individual in either place.
    pub(crate) fn add(
        &mut self,
        certificate: Option<&CertificateInfo>,
        individual: Option<&IndividualInfo>,
    ) {
        let nested = certificate.and_then(|certificate| certificate.individual.as_ref());
        for individual in [individual, nested].into_iter().flatten() {
            push_new(&mut self.individuals, individual.id);
            push_new(
                &mut self.emails,
                individual.email.as_deref().map(email_addresses).into_iter().flatten(),
            );
            let first = individual.first_name.as_deref().unwrap_or_default();
            match individual.last_name.as_deref() {
                Some(last) => self.add_name(&format!("{first} {last}")),
                None => self.has_dubious_name |= !first.is_empty(),
            }
        }
        if let Some(certificate) = certificate {
            push_new(
                &mut self.emails,
                certificate.emails.iter().flat_map(|text| email_addresses(text)),
            );
            match certificate.common_name.as_deref() {
                Some(name) if name.contains('@') => {
                    push_new(&mut self.emails, email_addresses(name))
                }
                Some(name) => self.add_name(name),
                None => {}
            }
        }
    }

    fn add_name(&mut self, name: &str) {
        let words = name_words(name);
        if words.is_empty() {
            return;
        }
        let joined = words.concat();
        let name_shown = ShownName {
            keys: vec![sorted(&words), joined.clone()],
            joined: transliterated(&joined),
            runs: runs(&words).map(|run| run.hash).collect(),
        };
        let says_nothing = words.iter().all(|word| is_short(word) || is_particle(word));
        self.has_dubious_name |= is_damaged(name) || says_nothing;
        push_new(&mut self.names, [name_shown]);
    }

    /// Whether enough is shown to tell its holder from another one.
    pub(crate) fn is_distinct(&self) -> bool {
        !self.emails.is_empty() && !self.names.is_empty() && !self.has_dubious_name
    }
}

/// Adds what is not there yet.
fn push_new<T: PartialEq>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

/// Returns the words of a name as the search compares them: in Unicode's compatibility form, without
/// case, accents and ligatures. Whatever is neither a letter nor a digit separates words.
///
/// ```
/// assert_eq!(certcentral_transport::name_words("Zoë d'Hondt"), ["zoe", "d", "hondt"]);
/// ```
#[must_use]
pub fn name_words(name: &str) -> Vec<String> {
    let folded: String = name
        .nfkd()
        .filter(|&c| !is_combining_mark(c))
        // `ß` and `ẞ` have two letters in upper case, and the two forms of sigma have one.
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .flat_map(unligatured)
        .collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(str::to_owned)
        .collect()
}

/// Returns the letters of a ligature, or the letter under a stroke, that Unicode does not decompose.
fn unligatured(c: char) -> impl Iterator<Item = char> {
    let letters: &'static str = match c {
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ŋ' => "ng",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ĸ' => "k",
        'ə' => "e",
        // Letters that serve as apostrophes.
        '\u{2b9}'..='\u{2cf}' => " ",
        _ => "",
    };
    letters.chars().chain(letters.is_empty().then_some(c))
}

/// Makes the usual transliterations of a folded name equal.
fn transliterated(name: &str) -> String {
    let mut letters = name.chars().peekable();
    let mut equal = String::with_capacity(name.len());
    while let Some(letter) = letters.next() {
        let second = match letter {
            'a' => letters.next_if(|&next| next == 'e' || next == 'a'),
            'o' | 'u' => letters.next_if_eq(&'e'),
            'i' => letters.next_if_eq(&'j'),
            _ => None,
        };
        equal.push(if second == Some('j') { 'y' } else { letter });
    }
    equal
}

/// Returns the words in an order of their own.
fn sorted(words: &[String]) -> String {
    let mut words = words.to_vec();
    words.sort_unstable();
    words.join(" ")
}

/// Words that follow each other, joined to one: `d'Hondt`, `d Hondt` and `dHondt` have `dhondt` in
/// common.
struct Run {
    hash: u64,
    is_short: bool,
    is_particles: bool,
}

fn runs(words: &[String]) -> impl Iterator<Item = Run> {
    let ends = move |start| (start + 1..=words.len()).map(move |end| &words[start..end]);
    (0..words.len()).flat_map(ends).map(|words| {
        let joined = words.concat();
        let mut hasher = DefaultHasher::new();
        transliterated(&joined).hash(&mut hasher);
        Run {
            hash: hasher.finish(),
            is_short: is_short(&joined),
            is_particles: words.iter().all(|word| is_particle(word)),
        }
    })
}

/// The runs of a last name that say something, all of them where none does.
fn last_name_runs(last_name: &[String]) -> Vec<u64> {
    let says_much = |run: &Run| !run.is_short && !run.is_particles;
    let telling: Vec<u64> = runs(last_name).filter(says_much).map(|run| run.hash).collect();
    if telling.is_empty() { runs(last_name).map(|run| run.hash).collect() } else { telling }
}

fn is_short(word: &str) -> bool {
    word.chars().nth(1).is_none()
}

fn is_particle(word: &str) -> bool {
    NAME_PARTICLES.contains(&word)
}

/// Whether a name lost letters on its way: replaced, masked, redacted, decoded wrongly, or escaped.
fn is_damaged(name: &str) -> bool {
    let is_escaped = name.split_once('&').is_some_and(|(_, rest)| rest.contains(';'));
    is_escaped
        || name.contains(REDACTED)
        || name.contains(['\u{FFFD}', '?', '*', '\u{C3}', '\u{C2}'])
}

/// Returns the email addresses in a text as the search compares them: in Unicode's compatibility form,
/// in lower case. A masked or redacted one is not one.
///
/// ```
/// assert_eq!(certcentral_transport::email_addresses(" Z.dHondt@Example.com "), ["z.dhondt@example.com"]);
/// ```
#[must_use]
pub fn email_addresses(text: &str) -> Vec<String> {
    if text.contains(REDACTED) {
        return Vec::new();
    }
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    folded
        .split(|c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\"".contains(c))
        .map(|address| address.trim_matches('.'))
        .filter(|address| {
            let parts = address.split_once('@');
            parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
                && !address.contains(['*', '\u{FFFD}'])
        })
        .map(str::to_owned)
        .collect()
}

impl fmt::Debug for SoughtHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoughtHolder([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::find::names::{ALIKE, OTHER, SAME};

    const EMAIL: &str = "fenna.dewit@example.com";

    fn sought(first_name: &str, last_name: &str) -> SoughtHolder {
        let mut holder = Holder::default();
        holder.first_name = Some(first_name);
        holder.last_name = Some(last_name);
        holder.email = Some(EMAIL);
        SoughtHolder::new(holder)
    }

    fn shown(common_name: &str, emails: &[&str]) -> ShownHolder {
        let mut certificate = CertificateInfo::default();
        certificate.common_name = Some(common_name.into());
        certificate.emails = emails.iter().map(|&email| email.into()).collect();
        let mut shown = ShownHolder::default();
        shown.add(Some(&certificate), None);
        shown
    }

    /// Whether a row with this name and another email address is about another person.
    fn differs(first_name: &str, last_name: &str, common_name: &str) -> bool {
        sought(first_name, last_name).differs(&shown(common_name, &["x@example.com"]))
    }

    #[test]
    fn the_same_name_in_any_way_of_writing() {
        for &(first, last, name) in SAME {
            let holder = sought(first, last);
            assert!(holder.is_same(&shown(name, &[])), "{first} {last} = {name}");
            assert!(!differs(first, last, name), "{first} {last} = {name}");
            // With another email address it may be a namesake.
            assert!(!holder.is_same(&shown(name, &["x@example.com"])), "{first} {last} = {name}");
        }
    }

    #[test]
    fn names_with_something_in_common_are_neither_the_same_nor_another() {
        for &(first, last, name) in ALIKE {
            assert!(!differs(first, last, name), "{first} {last} ~ {name}");
            assert!(!sought(first, last).is_same(&shown(name, &[])), "{first} {last} ~ {name}");
        }
    }

    #[test]
    fn another_email_and_another_name_are_another_person() {
        for &(first, last, name) in OTHER {
            assert!(differs(first, last, name), "{first} {last} # {name}");
            // One of the facts alone is not enough.
            let holder = sought(first, last);
            assert!(!holder.differs(&shown(name, &[])), "{first} {last} # {name}");
            let mut nameless = ShownHolder::default();
            nameless.emails.push("x@example.com".to_owned());
            assert!(!holder.differs(&nameless));
        }
    }

    #[test]
    fn the_same_email_is_never_another_person() {
        for &(first, last, name) in SAME.iter().chain(ALIKE).chain(OTHER) {
            for email in [
                EMAIL,
                "Fenna.DeWit@Example.COM",
                " fenna.dewit@example.com ",
                "Fenna <fenna.dewit@example.com>",
                "mailto:fenna.dewit@example.com",
                "x@example.com, fenna.dewit@example.com",
            ] {
                let shown = shown(name, &[email]);
                assert!(sought(first, last).is_same(&shown), "{name} {email}");
                assert!(!sought(first, last).differs(&shown), "{name} {email}");
            }
        }
    }

    #[test]
    fn what_is_not_an_email_address_makes_no_difference() {
        for email in ["", "-", "n/a", "@", "f***@example.com", "jan[redacted]n@example.com"] {
            assert!(!sought("Fenna", "de Wit").differs(&shown("Jan Jansen", &[email])), "{email}");
        }
    }

    #[test]
    fn a_common_name_may_be_an_email_address() {
        assert!(sought("Fenna", "de Wit").is_same(&shown(EMAIL, &[])));
        let other = shown("x@example.com", &[]);
        assert!(!sought("Fenna", "de Wit").differs(&other), "no name is shown");
    }

    #[test]
    fn a_holder_of_whom_a_part_is_unknown_is_never_told_from_another() {
        let parts =
            [(None, Some("de Wit")), (Some(EMAIL), None), (None, None), (Some(EMAIL), Some("-"))];
        for (email, last_name) in parts {
            let mut holder = Holder::default();
            holder.first_name = Some("Fenna");
            (holder.email, holder.last_name) = (email, last_name);
            let holder = SoughtHolder::new(holder);
            assert!(!holder.differs(&shown("Jan Jansen", &["x@example.com"])));
        }
    }

    #[test]
    fn an_individual_is_recognised_by_id_and_another_id_alone_makes_no_difference() {
        let mut known = Holder::default();
        known.id = Some(21);
        let known = SoughtHolder::new(known);
        let with_id = |id| {
            let mut individual = IndividualInfo::default();
            individual.id = Some(id);
            individual.last_name = Some("Jansen".into());
            individual.email = Some("x@example.com".into());
            let mut shown = ShownHolder::default();
            shown.add(None, Some(&individual));
            shown
        };
        assert!(known.is_same(&with_id(21)));
        assert!(!known.is_same(&with_id(22)) && !known.differs(&with_id(22)));
        assert!(sought("Fenna", "de Wit").differs(&with_id(22)));
    }

    #[test]
    fn of_several_names_the_one_most_like_it_counts() {
        let mut shown = shown("Notariskantoor Amstel", &["x@example.com"]);
        assert!(sought("Fenna", "de Wit").differs(&shown));
        let mut individual = IndividualInfo::default();
        (individual.first_name, individual.last_name) = (Some("F.".into()), Some("de Wit".into()));
        shown.add(None, Some(&individual));
        assert!(!sought("Fenna", "de Wit").differs(&shown));
    }

    #[test]
    fn debug_shows_nobody() {
        assert!(!format!("{:?}", sought("Fenna", "de Wit")).contains("enna"));
    }
}
