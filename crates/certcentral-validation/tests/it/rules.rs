//! A named case for every rule, with values on both sides of its boundary, and a test that no rule
//! lacks one.

use std::collections::BTreeSet;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Date, Rules, Severity, Violation};
use serde_json::{Value, json};

use crate::orders::{TODAY, codes, existing, full, put, remove, report_at, report_on, with};

/// One rule, the members that have it, values that keep it and values that break it. The values of a
/// rule between members are whole orders.
struct Case {
    name: &'static str,
    code: &'static str,
    severity: Severity,
    paths: &'static [&'static str],
    keep: Vec<Value>,
    break_it: Vec<Value>,
}

impl Case {
    fn run(&self) {
        for path in self.paths {
            let is_this = |violation: &&Violation| {
                violation.code() == self.code && (path.is_empty() || violation.path() == *path)
            };
            for value in &self.keep {
                let report = report_on(&with_context(path, value));
                let found = report.into_iter().find(is_this);
                assert_eq!(found, None, "{value} at {path} keeps {}\n{report}", self.code);
            }
            for value in &self.break_it {
                let report = report_on(&with_context(path, value));
                let found = report.into_iter().find(is_this).map(Violation::severity);
                let breaks = format!("{value} at {path} breaks {}\n{report}", self.code);
                assert_eq!(found, Some(self.severity), "{breaks}");
                assert!(self.severity == Severity::Warning || !report.is_valid(), "{breaks}");
            }
        }
    }
}

fn with_context(path: &str, value: &Value) -> Value {
    let mut order = if path.ends_with("/individual/id") { existing() } else { full() };
    put(&mut order, path, value.clone());
    order
}

fn expiring(month: &str, year: &str) -> Value {
    let mut order = with("/credit_card/expiration_month", json!(month));
    put(&mut order, "/credit_card/expiration_year", json!(year));
    order
}

fn valid_for(validity: Value) -> Value {
    with("/order_validity", validity)
}

fn without(mut order: Value, paths: &[&str]) -> Value {
    for path in paths {
        remove(&mut order, path).unwrap();
    }
    order
}

/// An order that is shipped there.
fn in_country(country: &str, zip: &str) -> Value {
    let mut order = with("/ship_info/country", json!(country));
    put(&mut order, "/ship_info/zip", json!(zip));
    order
}

/// A case is named after its rule, unless the rule has several.
macro_rules! cases {
    ($($name:ident $(= $code:ident)?: $severity:ident at $paths:tt {
        keep: [$($keep:expr),+ $(,)?], break_it: [$($break_it:expr),+ $(,)?] $(,)?
    })+) => {
        $(
            #[test]
            fn $name() {
                all_cases().iter().find(|case| case.name == stringify!($name)).unwrap().run();
            }
        )+

        fn all_cases() -> Vec<Case> {
            vec![$(Case {
                name: stringify!($name),
                code: [$(stringify!($code),)? stringify!($name)][0],
                severity: Severity::$severity,
                paths: &$paths,
                keep: vec![$(json!($keep)),+],
                break_it: vec![$(json!($break_it)),+],
            }),+]
        }
    };
}

/// Names and addresses: texts that may hold anything.
const TEXTS: [&str; 19] = [
    "/certificate/individual/first_name",
    "/certificate/individual/last_name",
    "/certificate/individual/state",
    "/certificate/individual/city",
    "/certificate/individual/zip",
    "/ship_info/name",
    "/ship_info/addr1",
    "/ship_info/addr2",
    "/ship_info/city",
    "/ship_info/state",
    "/ship_info/zip",
    "/ship_info/country",
    "/credit_card/cardholder_name",
    "/billing_address/address",
    "/billing_address/address2",
    "/billing_address/city",
    "/billing_address/state",
    "/billing_address/country",
    "/billing_address/zip",
];

const EMAIL: &str = "/certificate/individual/email";
const INDIVIDUAL: &str = "/certificate/individual";
const WHOLE_ORDER: [&str; 1] = [""];

cases! {
    blank: Error at [
        "/certificate/signature_hash", "/certificate/profile_option",
        "/certificate/individual/first_name", "/certificate/individual/last_name",
        "/certificate/individual/email", "/certificate/individual/telephone",
        "/certificate/individual/country", "/certificate/individual/state",
        "/certificate/individual/professional_title", "/provisioning_method", "/ship_info/name",
        "/ship_info/addr1", "/ship_info/city", "/ship_info/state", "/ship_info/zip",
        "/ship_info/country", "/ship_info/method", "/payment_method", "/credit_card/number",
        "/credit_card/expiration_month", "/credit_card/expiration_year", "/credit_card/cvv",
        "/credit_card/cardholder_name", "/credit_card/set_as_default", "/billing_address/address",
        "/billing_address/city", "/billing_address/country",
    ] {
        keep: ["x", " x", "\u{a1}", "\u{301}", "\u{200b}x", "\0x", "\u{2027}", "\u{2030}", "\u{206a}", "."],
        break_it: [
            "", " ", "\t", "\r\n", " \t\r\n ", "\u{a0}", "\u{c}", "\u{200b}", "\0", "\u{7f}", "\u{85}",
            "\u{ad}", "\u{61c}", "\u{180e}", "\u{2003}", "\u{2028}", "\u{202e}\u{202c}", "\u{2060}",
            "\u{2800}", "\u{3000}", "\u{3164}", "\u{feff}", "\u{ffa0}", "\u{fffb}", " \u{200b}\t\u{1}",
        ],
    }
    control_character: Error at TEXTS {
        keep: ["x", "x\ty", "x\r\ny", "x\u{a0}y", "\u{ad}x"],
        break_it: ["x\0", "x\u{1}y", "x\u{8}", "x\u{b}y", "x\u{c}y", "\u{1b}[31mx", "x\u{7f}", "x\u{80}", "x\u{85}y", "x\u{9f}"],
    }
    invisible_character: Warning at TEXTS {
        keep: ["x", "x y", "x\ty", "ë", "e\u{301}", "\u{2010}x", "x\u{2027}", "O\u{2019}Neil"],
        break_it: [
            "x\u{200b}y", "\u{feff}x", "x\u{ad}y", "x\u{a0}y", "x\u{202e}y", "x\u{2066}y\u{2069}", "x\u{200d}",
            "x\u{2003}y", "x\u{3164}", "x\u{fe0f}", "x\u{34f}y", "x\u{180b}", "x\u{e0041}", "x\u{2028}y",
        ],
    }
    invisible_character_in_an_address = invisible_character: Warning at [EMAIL] {
        keep: ["fenna@example.com", "fenna\u{200b}@example.com"],
        break_it: ["fenna\u{fe0f}@example.com", "fenna\u{34f}@example.com"],
    }
    line_break: Warning at TEXTS {
        keep: ["x", "x y", "x\n", "\r\nx", "x\ty"],
        break_it: ["x\ny", "x\ry", "x\r\ny", "x\n\ny\n"],
    }
    tab: Warning at TEXTS {
        keep: ["x", "x y", "\tx", "x\t", "x\ny"],
        break_it: ["x\ty", "x\t\ty"],
    }
    program_text: Warning at TEXTS {
        keep: ["Null", "null", "None", "Nan", "Undefined", "{x}", "[x]", "Undefined Street 1"],
        break_it: ["{{name}}", "Dear {{ name", "x }}", "${city}", "to <%= zip %>", "{% if x %}", "undefined", "NaN", " NaN ", "[object Object]"],
    }
    program_text_in_an_address = program_text: Warning at [EMAIL] {
        keep: ["undefined@example.com", "{fenna}@example.com"],
        break_it: ["{{name}}@example.com"],
    }
    email_label: Warning at [EMAIL] {
        keep: [format!("f@{}.nl", "a".repeat(63)), format!("{}@example.com", "a".repeat(100))],
        break_it: [format!("f@{}.nl", "a".repeat(64)), format!("f@example.{}", "a".repeat(64)), format!("f@{}.nl", "é".repeat(32))],
    }
    telephone_digits_missing: Warning at ["/certificate/individual/telephone"] {
        keep: [
            "+31 20 555 0100", "+31-0-72 568 7878", "+31(0)20 254 7999", "+18018308989", "+1-555-555-5555",
            "+32 2 555 01 00", "+49 30 5550100", "+683 4000", "+39 06 555 0100", "+44 20 7946 0000",
        ],
        break_it: ["+31 20 555 010", "+31(0)20 555 010", "+1", "+1 555 0100", "+31", "+33 1 55 50 10", "+999 123"],
    }
    telephone_trunk_zero: Warning at ["/certificate/individual/telephone"] {
        keep: [
            "+31 20 555 0100", "+31-0-72 568 7878", "+31(0)20 254 7999", "+31 (0)20 254 7999", "+39 06 555 0100",
            "+31", "+1 055 555 5555",
        ],
        break_it: ["+31 020 555 0100", "+31020 555 0100", "+31  020 555 0100", "+49 030 555 0100", "+44 020 7946 0000"],
    }
    initial_in_last_name: Warning at ["/certificate/individual/last_name"] {
        keep: ["de Wit", "de Wit Sr.", "St. John", "v. Dijk", "v.d. Berg", "O'Neil", "A Campo", "'t Hooft", "Null"],
        break_it: ["F. de Wit", "F.A. de Wit", " F. de Wit", "É. Dubois"],
    }
    post_box: Warning at ["/ship_info/addr1", "/ship_info/addr2"] {
        keep: ["Postbusstraat 1", "Voorbeeldgracht 1", "Boxbergerweg 2", "De Postbusser 1", "Po 1", "Box 3"],
        break_it: ["Postbus 1", "POSTBUS 12", "t.a.v. X, postbus 1", "P.O. Box 1", "PO Box 1", "P.O.Box 1", "Postfach 1", "Antwoordnummer 1"],
    }
    postcode: Warning at WHOLE_ORDER {
        keep: [
            full(), in_country("NL", "1015 AA"), in_country("nl", "1015aa"), in_country("NL", " 1015  AA "),
            in_country("NL", ""), in_country("DE", "01067"), in_country("US", "00501-1234"), in_country("us", "58061"),
            in_country("BE", "1000"), in_country("GB", "SW1A 1AA"), in_country("Nederland", "1015"), in_country("IT", "x"),
        ],
        break_it: [
            in_country("NL", "1015"), in_country("NL", "0015 AA"), in_country("NL", "1015 A"), in_country("nl", "1015 AAA"),
            in_country("NL", "58061"), in_country("NL", "A015 AA"), in_country("NL", "101é AA"), in_country("DE", "1067"),
            in_country("FR", "1000"), in_country("IT", "118"), in_country("ES", "1001"), in_country("US", "501-1234"),
            with("/ship_info/zip", json!("1015")), with("/billing_address/zip", json!("1015")),
            with("/certificate/individual/zip", json!("1015")),
        ],
    }
    name_without_letter: Warning at [
        "/certificate/individual/first_name", "/certificate/individual/last_name",
        "/ship_info/name", "/credit_card/cardholder_name",
    ] {
        keep: ["x", "F.", "é", "O'", "李", "3e x"],
        break_it: ["-", "1", "...", "+31 20", "?"],
    }
    wrongly_decoded: Warning at TEXTS {
        keep: [
            "x", "ë", "Ångström", "SÃO", "Â", "A & B", "A&B;", "&;", "C:\\users", "50%", "a=b", "â", "€", "Ä x",
        ],
        break_it: [
            "RenÃ©", "Ã«", "JosÃ\u{ad}", "Ä‡", "Å‚", "â€™", "x\u{fffd}", "O&#39;Neil", "&eacute;", "&amp;", "&#xeb;",
            "Ren\\u00e9", "Ren=C3=A9", "Ren%C3%A9",
        ],
    }
    wrongly_decoded_address = wrongly_decoded: Warning at [EMAIL] {
        keep: ["renée@example.com"],
        break_it: ["renÃ©e@example.com"],
    }
    card_number_in_text: Warning at TEXTS {
        keep: [
            "x", "1015 AA", "4111111111111112", "NL91 ABNA 0417 1643 00", "+31 20 555 0100", "1234567812345670",
            "41111111111111111111", "411111111116",
        ],
        break_it: [
            "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "card 378282246310005",
            "1015 5555 5555 5555 4444", "6304000000000000",
        ],
    }
    card_number_in_an_address = card_number_in_text: Warning at [EMAIL] {
        keep: ["4111111111111112@example.com"],
        break_it: ["4111111111111111@example.com"],
    }
    surrounding_blanks: Warning at TEXTS {
        keep: ["x", "x y", "", "1015 AA"],
        break_it: [" x", "x ", "\tx", "x\n", "x\r\n"],
    }
    surrounding_blanks_of_a_telephone_number = surrounding_blanks: Warning at [
        "/certificate/individual/telephone",
    ] {
        keep: ["+31 20 555 0100", ""],
        break_it: ["+31 20 555 0100 ", "+31 20 555 0100  "],
    }
    name_length: Warning at [
        "/certificate/individual/first_name", "/certificate/individual/last_name",
    ] {
        keep: ["x".repeat(64), "ë".repeat(64)],
        break_it: ["x".repeat(65), "ë".repeat(65)],
    }
    title_in_last_name = title_in_name: Warning at ["/certificate/individual/last_name"] {
        keep: ["de Wit", "de Wit Sr.", "de Wit III", "Meester", "Prof", "Irving", "St. John"],
        break_it: ["mr. de Wit", "Dr. de Wit", "de Wit Bc.", "prof. dr. de Wit"],
    }
    title_in_name: Warning at ["/certificate/individual/first_name"] {
        keep: [
            "Fenna", "Ing", "Ing-Marie", "Mr", "M.R.", "Drees", "Fenna Dr", "Irma", "F.", "Prof",
            "Jan Ir",
        ],
        break_it: [
            "Dr. Fenna", "dr Fenna", "DR. Fenna", "Prof. dr. Fenna", "Prof.dr.ir. Fenna",
            "mr. Fenna", "Mr Fenna", "Fenna Dr.", "drs. F.", "Ing. Fenna", " Dr. Fenna", "Dr.",
        ],
    }
    email: Error at ["/certificate/individual/email"] {
        keep: [
            "a@b.nl", "fenna.dewit@example.com", "f.de-wit+pki@mail.example.co.uk", "o'neil@example.com",
            "1@example.com", "a@1.example", "a@xn--bcher-kva.example", "jürgen@bücher.example",
            "a@b--c.nl", format!("{}@example.com", "a".repeat(242)),
        ],
        break_it: [
            "fenna", "fenna@", "@example.com", "fenna@example", "fenna@example.", "fenna@.com",
            "fenna@example..com", "fenna@@example.com", "fenna@exa@mple.com", "fen na@example.com",
            "fenna@exam ple.com", "fenna@example.com ", " fenna@example.com", "fenna@example.com\n",
            ".fenna@example.com", "fenna.@example.com", "fen..na@example.com", "fenna@ex\u{200b}ample.com",
            "fenna\u{ad}@example.com", "fenna@example.com\u{feff}", "fen\u{202e}na@example.com", "fenna\u{3000}@example.com",
            "Fenna <fenna@example.com>", "a@example.com,b@example.com", "a@example.com;b@example.com",
            "fenna@-example.com", "fenna@example-.com", "fenna@example.com-", "fenna@exam_ple.com",
            "mailto:fenna@example.com", "\"fenna\"@example.com", "fenna@[192.0.2.1]",
            "fenna\u{a0}@example.com", format!("{}@example.com", "a".repeat(243)),
        ],
    }
    telephone: Error at ["/certificate/individual/telephone"] {
        keep: [
            "+31-0-72 568 7878", "+31(0)20 254 7999", "+18018308989", "+1-555-555-5555", "+1",
            "+(31) 20/555.0100", "+31 20 555 0100,12", "+31 20 555 0100 ", "+1~!\"#$%&'()*,-./:;<=>?@[]^_`{|}",
        ],
        break_it: [
            "020 555 0100", "0031 20 555 0100", "31 20 555 0100", "+", "+-() ", "+31 20 CALL", "+31 20 555 x12",
            " +31 20 555 0100", "+31 20 555 0100\n", "+31\t20", "+٣١ ٢٠", "+31 20 é", "++31", "+31 + 20", "+31 20+",
            "+31\u{2011}20", "+31\u{200b}20", "+31\u{a0}20", "\u{ff0b}31 20", "\u{202a}+31 20", "+31\u{7f}",
        ],
    }
    telephone_length: Warning at ["/certificate/individual/telephone"] {
        keep: ["+31 20 555 0100", "+123456789012345"],
        break_it: ["+1234567890123456", "+31 20 555 0100, 020 555 0101"],
    }
    two_letters: Error at ["/certificate/individual/country"] {
        keep: ["NL", "nl", "Nl", "us", "ZZ"],
        break_it: ["N", "NLD", "N1", "Nederland", "N ", " NL", "NL\n", "Ñ", "ÑL", "31"],
    }
    country_not_assigned: Warning at [
        "/certificate/individual/country", "/ship_info/country", "/billing_address/country",
    ] {
        keep: ["NL", "nl", "BE", "GB", "US", "us", "AD", "ZW", "SX", "BQ"],
        break_it: ["UK", "uk", "ZZ", "EN", "EL", "AN", "XK", "EU"],
    }
    unsupported_value: Error at [
        "/certificate/signature_hash", "/certificate/profile_option",
        "/certificate/individual/professional_title", "/provisioning_method", "/ship_info/method",
        "/payment_method", "/credit_card/set_as_default",
    ] {
        // What each set holds is for `values_of_closed_sets_must_match_exactly` below; blank is its own code.
        keep: ["", " "],
        break_it: ["x", "SHA256", "x\u{200b}", "x\0", "sha256 ", "NOTARIS", "notaris", "Card", "standard", "2", "qscd\n"],
    }
    rsassa_pss_needs_rsa: Warning at ["/certificate/is_rsassa_pss"] {
        keep: [false],
        break_it: [true],
    }
    id_range: Error at ["/certificate/individual/id"] {
        keep: [1, 21, i64::MAX],
        break_it: [0, -1, i64::MAX as u64 + 1, u64::MAX],
    }
    csa_not_agreed: Warning at ["/csa_agreed_to"] {
        keep: [true],
        break_it: [false],
    }
    years_range: Error at ["/order_validity/years"] {
        keep: [1, 2, 3],
        break_it: [0, 4, -1, u32::MAX, u64::from(u32::MAX) + 1],
    }
    days_range: Error at ["/order_validity/days"] {
        keep: [1, 397],
        break_it: [0, 398, -1, u32::MAX, u64::from(u32::MAX) + 1],
    }
    date_form: Error at ["/order_validity/custom_expiration_date"] {
        keep: ["09 JUN 2027", "09 jun 2027", "09 Jun 2027", "31 DEC 2026", "31 FEB 2027", "01 JAN 0000"],
        break_it: [
            "", "9 JUN 2027", "09-JUN-2027", "09 JUNE 2027", "09 MEI 2027", "09 06 2027", "2027-06-09",
            "00 JUN 2027", "32 JUN 2027", "09 JUN 27", "09 JUN 2027 ", " 09 JUN 2027", "09 JUN 2027\n",
            "09  JUN 2027", "09 OKT 2026", "JUN 09 2027", "0٩ JUN 202",
        ],
    }
    date_not_real: Error at ["/order_validity/custom_expiration_date"] {
        keep: ["28 FEB 2027", "30 JUN 2026", "31 JUL 2026"],
        break_it: ["29 FEB 2027", "30 FEB 2027", "31 JUN 2026", "31 APR 2027"],
    }
    // Today is 9 June 2026: 397 days on is 11 July 2027.
    date_out_of_range: Error at ["/order_validity/custom_expiration_date"] {
        keep: ["08 JUN 2026", "09 JUN 2026", "11 JUL 2027", "12 JUL 2027"],
        break_it: ["07 JUN 2026", "13 JUL 2027", "09 JUN 2021", "01 JAN 0000", "31 DEC 9999"],
    }
    date_in_doubt: Warning at ["/order_validity/custom_expiration_date"] {
        keep: ["10 JUN 2026", "11 JUL 2027"],
        break_it: ["08 JUN 2026", "09 JUN 2026", "12 JUL 2027"],
    }
    card_number_form: Error at ["/credit_card/number"] {
        keep: ["411111111116", "4111111111111111111", "4111111111111112"],
        break_it: [
            "41111111111", "41111111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111",
            "4111111111111111\n", "411111111111111a", "٤١١١١١١١١١١١١١١١",
        ],
    }
    card_number_check_digit: Error at ["/credit_card/number"] {
        keep: ["4111111111111111", "5555555555554444", "378282246310005"],
        break_it: ["000000000000", "0000000000000000000", "4111111111111112", "1411111111111111", "5555555555554445", "378282246310006"],
    }
    month_form: Error at ["/credit_card/expiration_month"] {
        keep: ["01", "09", "10", "12"],
        break_it: ["00", "13", "1", "012", "Jan", "1 ", "01\n", "-1"],
    }
    year_form: Error at ["/credit_card/expiration_year"] {
        keep: ["2026", "2030", "0000", "9999"],
        break_it: ["26", "202", "20260", "2O26", "2026\n", "+202"],
    }
    cvv_form: Error at ["/credit_card/cvv"] {
        keep: ["333", "4444", "000"],
        break_it: ["33", "55555", "33a", "333\n", " 333", "٣٣٣"],
    }
    individual_id_or_details: Error at WHOLE_ORDER {
        keep: [
            existing(),
            full(),
            with(INDIVIDUAL, json!({ "city": "Amsterdam" })),
            with(INDIVIDUAL, json!({ "id": "21" })),
            with(INDIVIDUAL, json!("x")),
            without(full(), &[INDIVIDUAL]),
        ],
        break_it: [
            with(INDIVIDUAL, json!({})),
            with(INDIVIDUAL, json!({ "id": null })),
            with(INDIVIDUAL, json!({ "naam": "x" })),
        ],
    }
    individual_id_and_details: Error at WHOLE_ORDER {
        keep: [
            existing(),
            full(),
            with(INDIVIDUAL, json!({ "id": 21, "first_name": null })),
            with("/certificate/individual/id", json!(null)),
        ],
        break_it: [
            with("/certificate/individual/id", json!(21)),
            with(INDIVIDUAL, json!({ "id": 21, "zip": "" })),
            with(INDIVIDUAL, json!({ "id": 21, "city": "Amsterdam" })),
            with(INDIVIDUAL, json!({ "id": 0, "professional_title": "Notaris" })),
        ],
    }
    qscd_without_ship_info: Warning at WHOLE_ORDER {
        keep: [
            full(),
            without(with("/provisioning_method", json!("email")), &["/ship_info"]),
            with("/ship_info", json!(null)),
        ],
        break_it: [without(full(), &["/ship_info"]), without(existing(), &["/ship_info"])],
    }
    date_overrides_validity: Warning at WHOLE_ORDER {
        keep: [
            full(),
            valid_for(json!({ "custom_expiration_date": "09 DEC 2026" })),
            valid_for(json!({ "years": 1, "days": 30 })),
        ],
        break_it: [
            valid_for(json!({ "custom_expiration_date": "09 DEC 2026", "years": 1 })),
            valid_for(json!({ "custom_expiration_date": "09 DEC 2026", "days": 1 })),
            valid_for(json!({ "custom_expiration_date": "09 DEC 2026", "days": 1, "years": 1 })),
        ],
    }
    days_override_years: Warning at WHOLE_ORDER {
        keep: [
            valid_for(json!({ "days": 30 })),
            valid_for(json!({ "years": 1 })),
            valid_for(json!({})),
            valid_for(json!({ "custom_expiration_date": "09 DEC 2026", "days": 1, "years": 1 })),
        ],
        break_it: [valid_for(json!({ "years": 1, "days": 30 }))],
    }
    short_validity: Warning at WHOLE_ORDER {
        keep: [
            full(),
            valid_for(json!({ "days": 365 })),
            valid_for(json!({ "days": 397 })),
            valid_for(json!({ "days": 0 })),
            valid_for(json!({ "years": 1 })),
            valid_for(json!({})),
            // The date is what counts, and it is far enough away.
            valid_for(json!({ "custom_expiration_date": "09 JUN 2027", "days": 30 })),
            valid_for(json!({ "custom_expiration_date": "12 JUL 2027" })),
            // Of a day in doubt only that is said.
            valid_for(json!({ "custom_expiration_date": "09 JUN 2026" })),
            valid_for(json!({ "custom_expiration_date": "08 JUN 2026" })),
            // An error says enough.
            valid_for(json!({ "custom_expiration_date": "31 JUN 2026" })),
            valid_for(json!({ "custom_expiration_date": "x", "days": 30 })),
        ],
        break_it: [
            valid_for(json!({ "days": 1 })),
            valid_for(json!({ "days": 364, "years": 3 })),
            valid_for(json!({ "custom_expiration_date": "10 JUN 2026" })),
            valid_for(json!({ "custom_expiration_date": "08 JUN 2027" })),
            valid_for(json!({ "custom_expiration_date": "10 JUN 2026", "days": 397 })),
        ],
    }
    card_expiry_far: Warning at WHOLE_ORDER {
        keep: [full(), expiring("06", "2046"), expiring("13", "2099")],
        break_it: [expiring("07", "2046"), expiring("12", "9999")],
    }
    credit_card_not_used: Warning at WHOLE_ORDER {
        keep: [full(), with("/payment_method", json!("bitcoin"))],
        break_it: [
            with("/payment_method", json!("balance")),
            without(with("/payment_method", json!("profile")), &["/billing_address"]),
        ],
    }
    billing_address_not_used: Warning at WHOLE_ORDER {
        keep: [full(), with("/payment_method", json!("bitcoin"))],
        break_it: [
            with("/payment_method", json!("profile")),
            without(with("/payment_method", json!("balance")), &["/credit_card"]),
        ],
    }
    card_expired: Warning at WHOLE_ORDER {
        keep: [
            expiring("06", "2026"), expiring("01", "2027"), expiring("5", "2020"),
            expiring("13", "2020"), expiring("00", "2020"), expiring("12", "20"),
        ],
        break_it: [expiring("05", "2026"), expiring("12", "2025")],
    }
}

#[test]
fn values_of_closed_sets_must_match_exactly() {
    let sets: [(&str, &[&str]); 7] = [
        ("/certificate/signature_hash", &["sha256"]),
        ("/certificate/profile_option", &["nonrepudiation"]),
        (
            "/certificate/individual/professional_title",
            &[
                "Accountant-Administratieconsulent",
                "Advocaat",
                "Registeraccountant",
                "Kandidaat-notaris",
                "Notaris",
                "Toegevoegd Notaris",
                "(Hoofd)bewaarder",
                "Gerechtsdeurwaarder",
                "Belastingdeurwaarder",
                "Gemeentelijk Belastingdeurwaarder",
                "Toegevoegd gerechtsdeurwaarder",
            ],
        ),
        ("/provisioning_method", &["qscd"]),
        ("/ship_info/method", &["STANDARD", "EXPEDITED"]),
        ("/payment_method", &["card"]),
        ("/credit_card/set_as_default", &["1", "0"]),
    ];
    for (path, values) in sets {
        for value in values {
            assert!(report_on(&with(path, json!(value))).is_clean(), "{value}");
            let other =
                value.replace('a', "A").replace('s', "S").replace('1', "3").replace('0', "2");
            let other = if other == *value { value.to_lowercase() } else { other };
            assert_eq!(
                codes(&report_on(&with(path, json!(other)))),
                ["unsupported_value"],
                "{other}"
            );
        }
    }
    for method in ["balance", "profile"] {
        let mut order = with("/payment_method", json!(method));
        remove(&mut order, "/credit_card");
        remove(&mut order, "/billing_address");
        assert!(report_on(&order).is_clean(), "{method}");
    }
}

#[test]
fn credit_card_and_billing_address_required_if_paid_by_card() {
    for path in ["/credit_card", "/billing_address"] {
        let report = report_on(&without(full(), &[path]));
        assert_eq!(crate::orders::found(&report), [(path.into(), "required")]);
        assert!(report.violations()[0].is_missing() && !report.is_valid());
        for method in ["balance", "profile", "bitcoin"] {
            let order = without(with("/payment_method", json!(method)), &[path]);
            assert!(!codes(&report_on(&order)).contains(&"required"), "{method}");
        }
    }
}

#[test]
fn details_required_of_a_new_individual() {
    let required =
        ["first_name", "last_name", "email", "telephone", "country", "state", "professional_title"];
    for name in required {
        let path = format!("/certificate/individual/{name}");
        let report = report_on(&without(full(), &[&path]));
        assert_eq!(crate::orders::found(&report), [(path, "required")]);
        // The model can hold such an order, so this is a rule and not a fault of structure.
        assert!(!report.violations()[0].is_structural());
    }
    for name in ["city", "zip"] {
        let path = format!("/certificate/individual/{name}");
        assert!(report_on(&without(full(), &[&path])).is_clean());
    }
    let lonely = with(INDIVIDUAL, json!({ "city": "Amsterdam" }));
    let report = report_on(&lonely);
    assert_eq!(codes(&report), ["required"; 7]);
}

/// Every rule of the catalogue is broken by a case above, at every member that has it.
#[test]
fn every_rule_is_broken_by_a_case() {
    let cases = all_cases();
    let mut broken = BTreeSet::new();
    for case in &cases {
        for path in case.paths {
            for value in &case.break_it {
                let report = report_on(&with_context(path, value));
                broken.extend(report.into_iter().map(|v| (v.path().to_owned(), v.code())));
            }
        }
    }
    for row in Order::CATALOGUE.rows() {
        for rule in row.rules {
            let is_broken = broken.contains(&(row.path.to_owned(), rule.code));
            let has_case =
                cases.iter().any(|case| case.code == rule.code && case.paths.contains(&row.path));
            assert!(is_broken && has_case, "{} has no case at {}", rule.code, row.path);
        }
    }
    for rule in Order::CATALOGUE.cross_rules() {
        assert!(broken.contains(&(rule.path.to_owned(), rule.code)), "{}", rule.code);
    }
}

/// The values in DigiCert's own examples.
#[test]
fn the_values_of_digicerts_examples_are_accepted() {
    let values: [(&str, &[&str]); 8] = [
        (
            "/certificate/individual/telephone",
            &["+31-0-72 568 7878", "+31(0)20 254 7999", "+18018308989", "+1-555-555-5555"],
        ),
        ("/certificate/individual/country", &["nl", "NL", "us"]),
        ("/ship_info/country", &["nl", "NL"]),
        ("/certificate/individual/state", &["Louisiana", "la", "Amsterdam", "Netherlands"]),
        ("/ship_info/zip", &["1013 AA"]),
        ("/ship_info/addr2", &["", "Suite 2"]),
        (
            "/certificate/individual/professional_title",
            &["(Hoofd)bewaarder", "Toegevoegd Notaris", "Toegevoegd gerechtsdeurwaarder"],
        ),
        ("/certificate/individual/last_name", &["de Wit Sr.", "de Wit III"]),
    ];
    for (path, values) in values {
        for value in values {
            let report = report_on(&with(path, json!(value)));
            assert!(report.is_clean(), "{value} at {path}: {report}");
        }
    }
    assert!(report_on(&in_country("us", "58061")).is_clean());
    assert!(report_on(&existing()).is_clean());
    let on_that_day = valid_for(json!({ "custom_expiration_date": "09 JUN 2021" }));
    assert_eq!(codes(&report_at(&on_that_day, Date::constant(2020, 12, 1))), ["short_validity"]);
    assert!(report_at(&on_that_day, Date::constant(2020, 6, 9)).is_clean());
    for cvv in ["333", "4444"] {
        assert!(report_on(&with("/credit_card/cvv", json!(cvv))).is_clean());
    }
}

#[test]
fn an_error_ends_the_rules_of_its_member() {
    // The check digit of a number in a wrong form is not reported.
    assert_eq!(codes(&report_on(&with("/credit_card/number", json!("12")))), ["card_number_form"]);
    let path = "/order_validity";
    let dates = ["31 JUN 2020", "nonsense"];
    let expected = ["date_not_real", "date_form"];
    for (date, code) in dates.into_iter().zip(expected) {
        let order = with(path, json!({ "custom_expiration_date": date }));
        assert_eq!(codes(&report_on(&order)), [code]);
    }
}

#[test]
fn dates_are_counted_over_leap_days_and_year_ends() {
    let at = |date: &str, today| {
        codes(&report_at(&valid_for(json!({ "custom_expiration_date": date })), today))
    };
    let leap = Date::constant(2028, 2, 28);
    assert_eq!(at("29 FEB 2028", leap), ["short_validity"]);
    assert_eq!(at("26 FEB 2029", leap), ["short_validity"], "364 days");
    assert!(at("27 FEB 2029", leap).is_empty(), "365 days");
    assert!(at("31 MAR 2029", leap).is_empty(), "397 days");
    assert_eq!(at("01 APR 2029", leap), ["date_in_doubt"]);
    assert_eq!(at("02 APR 2029", leap), ["date_out_of_range"]);
    let new_year = Date::constant(2027, 1, 1);
    assert_eq!(at("31 DEC 2026", new_year), ["date_in_doubt"]);
    assert_eq!(at("30 DEC 2026", new_year), ["date_out_of_range"]);
}

#[test]
fn the_full_order_is_clean() {
    assert!(report_on(&full()).is_clean());
    assert!(report_at(&full(), TODAY).is_valid());
}
