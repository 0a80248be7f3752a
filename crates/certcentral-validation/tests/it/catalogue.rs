//! The catalogue is complete: it has every row of the page, and each code has one meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{
    Catalogue, Condition, ConditionTest, Constraint, CrossRule, Fragment, Keywords, Kind,
    Requirement, Row, Rule, STRUCTURE, Sensitivity, StructureRule,
};
use certcentral_validation::{
    Language, Params, Position, Report, Rules, Severity, Validated, Violation,
};

/// The page's table: path, requirement, type.
const PAGE: &str = include_str!("../../../certcentral-model/tests/page.txt");

/// All codes. Programs depend on them: none changes.
const CODES: &str = "
billing_address_not_used blank card_expired card_expiry_far card_number_check_digit
card_number_form card_number_in_text control_character country_not_assigned
credit_card_not_used csa_not_agreed cvv_form date_form date_in_doubt date_not_real
date_out_of_range date_overrides_validity days_override_years days_range
duplicate_member email email_label id_range individual_id_and_details individual_id_or_details
initial_in_last_name invalid_escape invalid_json invisible_character line_break month_form name_length
name_without_letter not_utf8 null placeholder post_box postcode program_text qscd_without_ship_info required
rsassa_pss_needs_rsa short_validity surrounding_blanks tab telephone telephone_digits_missing telephone_length telephone_trunk_zero
title_in_name two_letters unknown_member unreadable unsupported_value wrong_type
wrongly_decoded year_form years_range
";

#[test]
fn every_row_of_the_page_is_there() {
    let rows: Vec<_> = Order::CATALOGUE
        .rows()
        .iter()
        .skip(1)
        .map(|row| {
            let kind = match row.kind {
                Kind::Object => "object",
                Kind::Text => "string",
                Kind::Integer { .. } => "integer",
                Kind::Boolean => "boolean",
                Kind::NullableBoolean => "nullable",
                _ => unreachable!(),
            };
            format!("{} {} {kind}", row.path, row.requirement.as_str())
        })
        .collect();
    assert_eq!(rows.join("\n"), PAGE.trim());
    assert_eq!(Order::CATALOGUE.product(), "pkio_qualified_organisation_person_prof");
}

#[test]
fn card_data_is_secret_and_personal_data_is_marked() {
    let secret: Vec<_> = Order::CATALOGUE
        .rows()
        .iter()
        .filter(|row| row.sensitivity == Sensitivity::Secret)
        .map(|row| row.path)
        .collect();
    assert_eq!(secret, ["/credit_card/number", "/credit_card/cvv"]);
    let open: Vec<_> = Order::CATALOGUE
        .rows()
        .iter()
        .filter(|row| row.sensitivity == Sensitivity::Open && row.kind == Kind::Text)
        .map(|row| row.path)
        .collect();
    assert_eq!(
        open,
        [
            "/certificate/signature_hash",
            "/certificate/profile_option",
            "/certificate/individual/professional_title",
            "/provisioning_method",
            "/ship_info/method",
            "/order_validity/custom_expiration_date",
            "/payment_method",
        ]
    );
}

#[test]
fn codes_are_stable_words_with_one_meaning() {
    let mut severities = BTreeMap::new();
    let mut add = |code: &'static str, severity: Severity| {
        let is_word = !code.is_empty()
            && code
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        assert!(is_word, "{code}");
        let known = *severities.entry(code).or_insert(severity);
        assert_eq!(known, severity, "{code} has one severity");
    };
    let mut meanings = BTreeSet::new();
    for rule in Order::CATALOGUE.rows().iter().flat_map(|row| row.rules) {
        add(rule.code, rule.severity);
        meanings.insert(rule.code);
        assert!(!rule.message.is_empty() && !rule.reason.is_empty());
    }
    let mut between = BTreeSet::new();
    for rule in Order::CATALOGUE.cross_rules() {
        add(rule.code, rule.severity);
        assert!(!meanings.contains(rule.code), "{} is a rule of a row, too", rule.code);
        assert!(between.insert((rule.code, rule.path)), "{} is said twice", rule.code);
        assert!(Order::CATALOGUE.row(rule.path).is_some());
        assert!(!rule.message.is_empty() && !rule.reason.is_empty());
    }
    for rule in STRUCTURE {
        add(rule.code, Severity::Error);
        assert!(meanings.insert(rule.code), "{} is said twice", rule.code);
    }
    let codes: Vec<_> = Order::CATALOGUE.codes().into_iter().collect();
    assert_eq!(codes, severities.into_keys().collect::<Vec<_>>());
    assert_eq!(codes, CODES.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn objects_come_before_their_members() {
    let catalogue = Order::CATALOGUE;
    for (index, row) in catalogue.rows().iter().enumerate().skip(1) {
        let parent = catalogue.parent(index);
        assert!(parent < index);
        assert_eq!(format!("{}/{}", catalogue.rows()[parent].path, row.name()), row.path);
        assert_eq!(catalogue.rows()[parent].kind, Kind::Object);
        assert_eq!(catalogue.row(row.path), Some(index));
    }
}

#[test]
fn public_types_can_be_shared_and_shown() {
    fn check<T: Send + Sync + Debug + 'static>() {}
    check::<Catalogue>();
    check::<Condition>();
    check::<ConditionTest>();
    check::<Constraint>();
    check::<CrossRule>();
    check::<Fragment>();
    check::<Keywords>();
    #[cfg(feature = "validator")]
    check::<certcentral_validation::OnDay<'static, Order>>();
    check::<Language>();
    check::<Params>();
    check::<Position>();
    check::<Report>();
    check::<Requirement>();
    check::<Row>();
    check::<Rule>();
    check::<Severity>();
    check::<StructureRule>();
    check::<Validated<Order>>();
    check::<Violation>();
}

#[test]
fn rows_say_what_each_of_their_closed_values_means() {
    for row in Order::CATALOGUE.rows() {
        let values = row.values().unwrap_or_default();
        assert_eq!(row.meanings.len(), values.len(), "{}", row.path);
    }
}
