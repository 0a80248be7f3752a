//! Whether a value breaks no rule of its row. Which rule it breaks, and what to say about that, is
//! another question, which few values raise.

use std::marker::PhantomData;

use jiff::civil::Date;

use crate::catalogue::Rules;
use crate::catalogue::rule::Rule;
use crate::constraint::Constraint;
use crate::constraint::traits::Traits;
use crate::constraint::value::Value;

/// A row of a product's catalogue that the compiler knows. What is left of it at run time are the
/// matchers of its rules.
pub(crate) struct KnownRow<T, const ROW: usize>(PhantomData<T>);

impl<T: Rules, const ROW: usize> KnownRow<T, ROW> {
    const RULES: &'static [Rule] = {
        let rows = T::CATALOGUE.rows();
        if ROW < rows.len() { rows[ROW].rules } else { &[] }
    };

    /// A text with none of these traits breaks no rule but those that every text is asked about.
    const TRAITS: Traits = {
        // A text with one of these two may be a placeholder.
        let mut traits = Traits::PLACEHOLDER.or(Traits::UNUSUAL);
        let mut excluded = Traits::ANY;
        let mut rule = 0;
        while rule < Self::RULES.len() {
            let constraint = &Self::RULES[rule].constraint;
            traits = traits.or(constraint.traits());
            excluded = excluded.or(constraint.excluded_traits());
            rule += 1;
        }
        traits.without(excluded)
    };

    /// Returns `true` only for a value that breaks no rule and is not a placeholder. It may return
    /// `false` for such a value, too: that costs time and nothing else.
    #[inline(always)]
    pub(crate) fn surely_passes(value: Value<'_>, today: Date) -> bool {
        match value {
            Value::Text(text) => Self::text_surely_passes(text, today),
            _ => Self::RULES.iter().all(|rule| rule.constraint.holds(value, today)),
        }
    }

    #[inline(always)]
    fn text_surely_passes(text: &str, today: Date) -> bool {
        macro_rules! ask {
            ($($rule:literal)+) => {
                const { assert!(Self::RULES.len() <= [$($rule),+].len(), "a rule is not asked") };
                $(
                    if const { is_for_every_text(Self::RULES, $rule) }
                        && !const { constraint(Self::RULES, $rule) }.holds_for_text(text, today)
                    {
                        return false;
                    }
                )+
            };
        }
        ask!(0 1 2 3 4 5 6 7 8 9);
        Self::TRAITS.is_empty() || !Self::TRAITS.are_in(text)
    }
}

/// Whether every text is asked about a rule, whatever its traits.
const fn is_for_every_text(rules: &[Rule], rule: usize) -> bool {
    rule < rules.len() && rules[rule].constraint.traits().meets(Traits::ANY)
}

/// The constraint of a rule. The compiler asks for it even where the row has fewer rules.
const fn constraint(rules: &[Rule], rule: usize) -> Constraint {
    if rule < rules.len() { rules[rule].constraint } else { Constraint::NotBlank }
}

#[cfg(test)]
mod tests {
    use certcentral_model::pkio_professional::Order;
    use proptest::prelude::*;

    use super::*;
    use crate::constraint::samples::around;

    const TODAY: Date = Date::constant(2026, 6, 9);

    fn constraints() -> impl Iterator<Item = &'static Constraint> {
        Order::CATALOGUE.rows().iter().flat_map(|row| row.rules).map(|rule| &rule.constraint)
    }

    fn traits_are_true_of(text: &str) {
        for constraint in constraints() {
            if constraint.holds_for_text(text, TODAY) {
                assert!(!constraint.excluded_traits().are_in(text), "{constraint:?}: {text:?}");
            } else {
                assert!(constraint.traits().are_in(text), "{constraint:?}: {text:?}");
            }
        }
    }

    #[test]
    fn a_text_breaks_a_constraint_only_with_one_of_its_traits() {
        let texts = constraints().flat_map(|constraint| around(constraint, TODAY));
        let mut count = 0;
        for text in texts.filter_map(|value| value.as_str().map(str::to_owned)) {
            traits_are_true_of(&text);
            count += 1;
        }
        assert!(count > 100);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn so_do_random_texts(
            text in r"[ -~]{0,30}|[\PC\t\n\x00-\x1f\u{80}-\u{a0}]{0,12}|[a-z&;\\=%#\u{c3}\u{a9}]{0,12}|.{60,70}",
        ) {
            traits_are_true_of(&text);
        }

        #[test]
        fn so_do_digits_with_separators(
            text in r"[a-z ]{0,14}([2-6][0-9]{3}[ -]?([0-9]{4}[ -]?){2,3}[0-9]{1,4}|([0-9][ -]?){11,20})[a-z ]{0,14}",
        ) {
            traits_are_true_of(&text);
        }
    }
}
