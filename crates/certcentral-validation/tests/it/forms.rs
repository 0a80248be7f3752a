//! The matcher of each form and its keywords for the schema judge alike.

use std::collections::{BTreeMap, BTreeSet};

use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{Constraint, Keywords, Value};
use certcentral_validation::{Rules, Severity};
use proptest::prelude::*;
use regex::Regex;

use crate::damage::{Damage, damages};
use crate::orders::TODAY;

/// What a JSON Schema says of a text.
struct Schema {
    keywords: Keywords,
    pattern: Option<Regex>,
    /// The pattern as Python reads it, whose `$` matches before a line break at the end, too.
    python: Option<Regex>,
}

impl Schema {
    fn new(constraint: Constraint) -> Option<Self> {
        Some(Self::of(constraint.keywords()?))
    }

    fn of(keywords: Keywords) -> Self {
        let pattern = keywords.pattern.as_deref();
        let python = pattern.map(|pattern| match pattern.strip_suffix('$') {
            Some(pattern) => format!("{pattern}\n?$"),
            None => pattern.to_owned(),
        });
        let compile = |pattern: &str| Regex::new(pattern).unwrap();
        Self { pattern: pattern.map(compile), python: python.as_deref().map(compile), keywords }
    }

    fn accepts(&self, text: &str, pattern: Option<&Regex>) -> bool {
        pattern.is_none_or(|pattern| pattern.is_match(text))
            && self.keywords.max_length.is_none_or(|most| text.chars().count() as u64 <= most)
            && self.keywords.values.is_none_or(|values| values.contains(&text))
            && !(self.keywords.no_line_break && text.contains('\n'))
    }
}

/// The forms of text that have both a matcher and keywords, each once.
fn forms() -> Vec<(Constraint, Schema)> {
    let mut forms = BTreeMap::new();
    for rule in Order::CATALOGUE.rows().iter().flat_map(|row| row.rules) {
        if let Some(schema) = Schema::new(rule.constraint) {
            forms.insert(format!("{:?}", rule.constraint), (rule.constraint, schema));
        }
    }
    forms.into_values().collect()
}

fn same_verdict(forms: &[(Constraint, Schema)], text: &str) {
    for (constraint, schema) in forms {
        if matches!(constraint, Constraint::Range { .. }) {
            continue;
        }
        let verdict = constraint.holds(Value::Text(text), TODAY);
        for pattern in [schema.pattern.as_ref(), schema.python.as_ref()] {
            let accepts = schema.accepts(text, pattern);
            assert_eq!(verdict, accepts, "{constraint:?} {text:?} {pattern:?}");
        }
    }
}

/// Texts around the boundaries of every form, as a start for small changes.
fn seeds() -> Vec<String> {
    let damages = damages(Order::CATALOGUE, TODAY).into_iter();
    let texts = damages.filter_map(|damage| match damage {
        Damage::Set(_, serde_json::Value::String(text)) => Some(text),
        _ => None,
    });
    BTreeSet::from_iter(texts).into_iter().collect()
}

/// Characters on the edges of every class that a pattern has.
const EDGES: &[char] = &[
    '\0', '\t', '\n', '\u{b}', '\u{c}', '\r', '\u{1f}', ' ', '!', '"', '(', ')', '*', '+', ',',
    '-', '.', '/', '0', '1', '2', '3', '9', ':', ';', '<', '=', '>', '?', '@', 'A', 'Z', '[', '\\',
    ']', '^', '_', '`', 'a', 'z', '{', '|', '}', '~', '\u{7f}', '\u{80}', '\u{85}', '\u{9f}',
    '\u{a0}', '\u{a1}', 'é', 'K', '٣', '\u{2028}', '\u{feff}', '😀',
];

fn changed_texts() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), prop::sample::select(EDGES), 0..3_u8);
    (prop::sample::select(seeds()), prop::collection::vec(change, 0..4)).prop_map(
        |(seed, changes)| {
            let mut text: Vec<char> = seed.chars().collect();
            for (at, character, how) in changes {
                let at = at.index(text.len() + 1);
                match how {
                    0 => text.insert(at, character),
                    1 if at < text.len() => text[at] = character,
                    _ if at < text.len() => drop(text.remove(at)),
                    _ => text.push(character),
                }
            }
            text.into_iter().collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn matcher_and_schema_agree(
        changed in changed_texts(),
        edges in prop::collection::vec(prop::sample::select(EDGES), 0..12),
    ) {
        thread_local!(static FORMS: Vec<(Constraint, Schema)> = forms());
        FORMS.with(|forms| {
            same_verdict(forms, &changed);
            same_verdict(forms, &edges.into_iter().collect::<String>());
        });
    }
}

/// Every character in every place that matters.
#[test]
fn matcher_and_schema_agree_on_every_character() {
    let forms = forms();
    let few = ('\0'..='\u{17f}').chain(['٣', 'K', '\u{2028}', '\u{feff}', '\u{ffff}', '😀']);
    for character in few {
        for text in [
            format!("{character}"),
            format!("a{character}b@example.com"),
            format!("a@b{character}c.nl"),
            format!("a@{character}.nl"),
            format!("a@b.{character}"),
            format!("+3{character}1"),
            format!("{character}L"),
            format!("L{character}"),
            format!("0{character}"),
            format!("203{character}"),
            format!("123{character}"),
            format!("411111111111111{character}"),
            format!("09 JUN 202{character}"),
            format!("09 JU{character} 2027"),
            format!("09{character}JUN 2027"),
        ] {
            same_verdict(&forms, &text);
        }
    }
}

/// Every character of the basic plane, in the places where a pattern has a class of characters.
#[test]
fn texts_are_judged_alike_with_every_character_of_the_basic_plane() {
    let regex = |keywords: &Keywords| Regex::new(keywords.pattern.as_deref().unwrap()).unwrap();
    let row = |path: &str| &Order::CATALOGUE.rows()[Order::CATALOGUE.row(path).unwrap()];
    let of_row = |path: &str| {
        let (_, keywords) = row(path).keywords().next().unwrap();
        (path.to_owned(), regex(&keywords))
    };
    let (required, optional) = (of_row("/ship_info/name"), of_row("/ship_info/addr2"));
    let (email, telephone) =
        (of_row("/certificate/individual/email"), of_row("/certificate/individual/telephone"));
    let is_right = |path: &str, text: &str| {
        let errors = row(path).rules.iter().filter(|rule| rule.severity == Severity::Error);
        errors.into_iter().all(|rule| rule.constraint.holds(Value::Text(text), TODAY))
    };
    let mut accepted = 0;
    for c in '\0'..='\u{ffff}' {
        for ((path, pattern), text) in [
            (&required, format!("{c}")),
            (&required, format!("x{c}y")),
            (&required, format!("{c}\u{200b} ")),
            (&optional, format!("{c}")),
            (&optional, format!("x{c}y")),
            (&email, format!("a{c}b@example.com")),
            (&email, format!("a@b{c}c.nl")),
            (&telephone, format!("+31{c}20")),
            (&telephone, format!("+{c}")),
        ] {
            let is_right = is_right(path, &text);
            // The schema also refuses a line break in these two.
            let matches = pattern.is_match(&text) && !(text.contains('\n') && text.contains("20"));
            let matches = matches && !(text.contains('\n') && text.contains('@'));
            assert_eq!(is_right, matches, "{path} {:04X} {text:?}", u32::from(c));
            accepted += u32::from(is_right);
        }
    }
    assert!(accepted > 400_000, "{accepted}");
}

#[test]
fn matcher_and_schema_agree_at_the_limits_of_length() {
    let forms = forms();
    for letter in ["a", "é", "😀"] {
        for count in [63, 64, 65, 241, 242, 243, 253, 254, 255] {
            same_verdict(&forms, &letter.repeat(count));
            same_verdict(&forms, &format!("{}@example.com", letter.repeat(count)));
        }
    }
    for count in 0..22 {
        same_verdict(&forms, &"1".repeat(count));
        same_verdict(&forms, &format!("{}\n", "1".repeat(count)));
    }
}

#[test]
fn ranges_agree_with_their_schema() {
    for rule in Order::CATALOGUE.rows().iter().flat_map(|row| row.rules) {
        let Constraint::Range { min, max } = rule.constraint else { continue };
        let keywords = rule.keywords().unwrap();
        assert_eq!((keywords.minimum, keywords.maximum), (Some(min), Some(max)));
        for number in [0, min - 1, min, max, max + 1, u64::MAX] {
            let holds = rule.constraint.holds(Value::Integer(number), TODAY);
            assert_eq!(holds, (min..=max).contains(&number));
        }
    }
}

/// A blank value is refused by every form that stands in for "not blank" in the schema.
#[test]
fn no_form_of_a_row_accepts_a_blank_value() {
    for row in Order::CATALOGUE.rows() {
        let is_never_blank =
            row.rules.iter().any(|rule| matches!(rule.constraint, Constraint::NotBlank));
        if !is_never_blank {
            continue;
        }
        let schemas: Vec<_> = row.keywords().map(|(_, keywords)| Schema::of(keywords)).collect();
        for blank in [
            "",
            " ",
            "\t",
            "\r\n",
            "  \t\r\n",
            &" ".repeat(12),
            &" ".repeat(4),
            "\u{a0}",
            "\u{200b}",
            "\0",
            "\u{7f}\u{85}",
            "\u{feff}\u{2003}\t",
            "\u{3164}\u{2800}",
        ] {
            let is_taken = schemas.iter().all(|s| s.accepts(blank, s.python.as_ref()));
            assert!(!is_taken, "{} takes {blank:?}", row.path);
        }
    }
}

/// All engines read the patterns alike.
#[test]
fn patterns_use_only_what_all_engines_share() {
    for rule in Order::CATALOGUE.rows().iter().flat_map(|row| row.rules) {
        let Some(pattern) = rule.keywords().and_then(|keywords| keywords.pattern) else { continue };
        for special in
            ["\\d", "\\w", "\\s", "\\b", "\\p", "(?=", "(?!", "(?<", "(?i", "\\z", "\\u{", "&&"]
        {
            assert!(!pattern.contains(special), "{pattern} has {special}");
        }
        let is_anchored = pattern.starts_with('^') && pattern.ends_with('$');
        assert!(is_anchored || rule.constraint == Constraint::NotBlank, "{pattern}");
    }
}

#[test]
fn what_a_schema_cannot_say_is_marked() {
    for rule in Order::CATALOGUE.rows().iter().flat_map(|row| row.rules) {
        match rule.severity {
            Severity::Error => {
                assert_eq!(rule.keywords().is_none(), rule.is_beyond_schema(), "{}", rule.code);
            }
            Severity::Warning => assert!(rule.keywords().is_none(), "{}", rule.code),
        }
    }
    for rule in Order::CATALOGUE.cross_rules() {
        assert_eq!(rule.schema.is_some(), rule.severity == Severity::Error, "{}", rule.code);
    }
}

#[test]
fn keywords_are_those_of_json_schema() {
    let json =
        |constraint: Constraint| serde_json::to_string(&constraint.keywords().unwrap()).unwrap();
    assert_eq!(json(Constraint::Range { min: 1, max: 3 }), r#"{"maximum":3,"minimum":1}"#);
    assert_eq!(json(Constraint::OneOf(&["1", "0"])), r#"{"enum":["1","0"]}"#);
    assert_eq!(json(Constraint::TwoLetters), r#"{"maxLength":2,"pattern":"^[A-Za-z]{2}$"}"#);
    assert_eq!(
        json(Constraint::Digits { min: 3, max: 4 }),
        r#"{"not":{"pattern":"\\n"},"pattern":"^[0-9]{3,4}$"}"#
    );
    assert!(Constraint::CheckDigit.keywords().is_none());
}
