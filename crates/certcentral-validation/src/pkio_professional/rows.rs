//! The rows: the page's table, with the rules for each value.

use certcentral_model::pkio_professional::{ProfessionalTitle, ProfileOption, SignatureHash};
use certcentral_model::{PaymentMethod, ProvisioningMethod, SetAsDefault, ShippingMethod};

use crate::catalogue::row::Requirement::{Optional, Required};
use crate::catalogue::row::{Condition, ConditionTest, Kind, Requirement, Row};
use crate::catalogue::rule::Rule;
use crate::catalogue::values::Values;
use crate::constraint::Constraint::*;

const NUMBER_U64: Kind = Kind::Integer { capacity: u64::MAX };
const NUMBER_U32: Kind = Kind::Integer { capacity: u32::MAX as u64 };

const PAID_BY_CARD: Requirement = Requirement::Conditional(Condition::new(
    "if payment_method is card",
    ConditionTest::new(
        is_paid_by_card,
        // Not `const`: editors take that for a value to fill in.
        r#"{"properties":{"payment_method":{"type":"string","pattern":"^card$"}},"required":["payment_method"]}"#,
    ),
));
const NEW_INDIVIDUAL: Requirement = Requirement::Conditional(Condition::new(
    "for a new individual, without an id",
    ConditionTest::new(is_new_individual, r#"{"not":{"required":["id"]}}"#),
));
const EXISTING_INDIVIDUAL: Requirement =
    Requirement::Conditional(Condition::open("only for an existing individual, without details"));
const SOME_COUNTRIES: Requirement =
    Requirement::Conditional(Condition::open("optional for some countries"));

fn is_paid_by_card(values: &Values<'_>) -> bool {
    values.get(PAYMENT_METHOD).is_text("card")
}

/// With nothing at all there is one violation, of `individual_id_or_details`, and not seven.
fn is_new_individual(values: &Values<'_>) -> bool {
    !values.get(ID).is_given() && has_details(values)
}

pub(super) fn has_details(values: &Values<'_>) -> bool {
    INDIVIDUAL_DETAILS.iter().any(|&row| values.get(row).is_given())
}

const INDIVIDUAL_DETAILS: [usize; 9] = [
    FIRST_NAME,
    LAST_NAME,
    EMAIL,
    TELEPHONE,
    INDIVIDUAL_COUNTRY,
    INDIVIDUAL_STATE,
    INDIVIDUAL_CITY,
    INDIVIDUAL_ZIP,
    PROFESSIONAL_TITLE,
];

const NOT_BLANK: Rule = Rule::error(
    "blank",
    NotBlank,
    "must not be blank: write what it asks for",
    "The page requires the member. Blanks and characters that print nothing are no value.",
);
const NO_CONTROL: Rule = Rule::error(
    "control_character",
    NoControl,
    "holds a control character: delete it",
    "A control character other than a tab or a line break cannot be right in a text.",
);
const TRIMMED: Rule = Rule::warning(
    "surrounding_blanks",
    Trimmed,
    "begins or ends with a blank: remove it if it is not meant",
    "Inferred: a blank at an end comes from copying, and would be printed or shipped like the rest.",
);
const NO_INVISIBLE: Rule = Rule::warning(
    "invisible_character",
    NoInvisible,
    "holds a character that cannot be seen: delete it, or write a space",
    "Inferred: it comes from copying. It makes a name another name, or turns the direction of text.",
);
const ONE_LINE: Rule = Rule::warning(
    "line_break",
    OneLine,
    "holds a line break: write it in one line",
    "Inferred: it would be printed in the certificate or on the parcel.",
);
const HAS_LETTER: Rule = Rule::warning(
    "name_without_letter",
    HasLetter,
    "has no letter: write the name",
    "Inferred: a name has letters.",
);
const WELL_DECODED: Rule = Rule::warning(
    "wrongly_decoded",
    WellDecoded,
    "looks as if it was read in the wrong encoding: write the characters that are meant",
    "Inferred: `Ã«`, U+FFFD and `&#39;` are what is left of other characters.",
);
const NO_CARD_NUMBER: Rule = Rule::warning(
    "card_number_in_text",
    NoCardNumber,
    "holds what looks like a card number: a card number belongs into credit_card.number alone",
    "Inferred: 13 to 19 digits that pass the check of card numbers. What is written here is not \
     protected like a card number.",
);
const NAME_LENGTH: Rule = Rule::warning(
    "name_length",
    MaxLength(64),
    "is longer than 64 characters: the certificate may not take it, shorten it if you can",
    "Inferred: names in certificates under PKIoverheid have at most 64 characters.",
);
const ASSIGNED_COUNTRY: Rule = Rule::warning(
    "country_not_assigned",
    AssignedCountry,
    "is not a country code of ISO 3166-1: write the two letters of the country, such as NL",
    "Inferred: the page asks for a country code and names no list.",
);

const NO_TAB: Rule = Rule::warning(
    "tab",
    NoTab,
    "holds a tab: write a space",
    "Inferred: it would be printed in the certificate or on the parcel.",
);
const NO_LEFTOVER: Rule = Rule::warning(
    "program_text",
    NoLeftover,
    "is what a template or a program leaves in place of a value: write the value",
    "Inferred: nothing is called `{{name}}`, `undefined`, `NaN` or `[object Object]`.",
);
const NO_POST_BOX: Rule = Rule::warning(
    "post_box",
    NoPostBox,
    "is a box at a post office: write a street, where a courier can deliver",
    "Inferred: the token comes by courier, and couriers do not deliver to boxes.",
);

/// The rules of a text: what comes first, what every text is asked, what comes last.
macro_rules! text {
    ($($first:expr),*; $($last:expr),*) => {
        &[
            $($first,)* NO_CONTROL, TRIMMED, NO_INVISIBLE, ONE_LINE, NO_TAB, WELL_DECODED,
            NO_LEFTOVER, NO_CARD_NUMBER, $($last,)*
        ]
    };
}

const TEXT: &[Rule] = text!(NOT_BLANK;);
const OPTIONAL_TEXT: &[Rule] = text!(;);
const COUNTRY: &[Rule] = text!(NOT_BLANK; ASSIGNED_COUNTRY);
const NAME: &[Rule] = text!(NOT_BLANK; HAS_LETTER);

const TITLE_REASON: &str =
    "The page: no titles or prefixes such as \"Dr.\". That a word is one is inferred.";

const fn one_of(values: &'static [&'static str], reason: &'static str) -> Rule {
    Rule::error("unsupported_value", OneOf(values), "is not a supported value", reason)
}

const DATE_REASON: &str = "The page wants it within 397 days of the day of the request. DigiCert's \
                           day may be one off.";

/// Declares the rows in the page's order, each with a name for its number.
macro_rules! rows {
    ($($name:ident = $row:expr,)+) => {
        pub(super) const ROWS: &[Row] = &[$($row),+];

        #[allow(
            non_camel_case_types,
            clippy::upper_case_acronyms,
            reason = "it counts the rows, whose names are those of constants"
        )]
        enum Number { $($name),+ }
        $(pub(super) const $name: usize = Number::$name as usize;)+
    };
}

// A row reads as a row of the page's table.
rows! {
    ORDER = Row::new("", Required, Kind::Object, "The order."),
    CERTIFICATE = Row::new("/certificate", Required, Kind::Object, "Certificate details."),
    SIGNATURE_HASH = Row::new("/certificate/signature_hash", Required, Kind::Text,
        "Hash algorithm used for signing the certificate.")
        .meanings(SignatureHash::MEANINGS)
        .rules(&[NOT_BLANK, one_of(SignatureHash::VALUES,
            "EU Qualified certificates support SHA-256 only.")]),
    PROFILE_OPTION = Row::new("/certificate/profile_option", Required, Kind::Text,
        "Name of the certificate profile.")
        .meanings(ProfileOption::MEANINGS)
        .rules(&[NOT_BLANK, one_of(ProfileOption::VALUES,
            "PKIo certificates support the profile nonrepudiation only.")]),
    IS_RSASSA_PSS = Row::new("/certificate/is_rsassa_pss", Optional, Kind::Boolean,
        "Whether an RSA issuing CA signs with RSASSA-PSS. The default is false.")
        .rules(&[Rule::warning("rsassa_pss_needs_rsa", Is(false),
            "has an effect under an RSA issuing CA only: leave it out if yours is ECC",
            "The page: it is honoured only if the issuing CA certificate has an RSA key.")])
        .note("Not enforced here: an ECC issuing CA signs with ECC and with a key of its own size, \
               whatever this says."),
    INDIVIDUAL = Row::new("/certificate/individual", Required, Kind::Object,
        "The intended certificate holder: the id of an existing individual, or full details.")
        .holds("the id of an existing individual, or first_name, last_name, email, telephone, \
                country, state and professional_title of a new one")
        .note("Interpretation: the page calls the details of an individual required, and says to \
               give either the id or the details; so an id stands alone, and a new individual has \
               all of the required details."),
    ID = Row::new("/certificate/individual/id", EXISTING_INDIVIDUAL, NUMBER_U64,
        "Identifier of an individual whose details and title CertCentral has. Goes alone.")
        .personal()
        .rules(&[Rule::error("id_range", Range { min: 1, max: i64::MAX as u64 },
            "must be a whole number from 1 to 9223372036854775807: copy the id from CertCentral",
            "Ids are positive integers of 64 bits.")])
        .note("Interpretation: an id beside details is refused, since the page does not say which of \
               the two would count."),
    FIRST_NAME = Row::new("/certificate/individual/first_name", NEW_INDIVIDUAL, Kind::Text,
        "First name, with middle names or initials, without titles or prefixes.")
        .personal()
        .rules(text!(NOT_BLANK; HAS_LETTER, NAME_LENGTH, Rule::warning("title_in_name", NoTitle,
            "seems to hold a title or prefix: write the first name without it", TITLE_REASON))),
    LAST_NAME = Row::new("/certificate/individual/last_name", NEW_INDIVIDUAL, Kind::Text,
        "Last name. May include generational suffixes such as Sr. and III.")
        .personal()
        .rules(text!(NOT_BLANK; HAS_LETTER, NAME_LENGTH, Rule::warning("title_in_name", NoTitle,
            "seems to hold a title or prefix: write the last name without it", TITLE_REASON),
            Rule::warning("initial_in_last_name", NoInitial,
            "begins with an initial: move it to first_name",
            "The page: middle names and initials are part of the first name."))),
    EMAIL = Row::new("/certificate/individual/email", NEW_INDIVIDUAL, Kind::Text,
        "Email address for processing and approving the order. Not on the certificate.")
        .personal()
        .rules(&[NOT_BLANK, Rule::error("email", Email,
            "is not an email address: write it as name@example.com",
            "Notifications and approvals go there."), NO_INVISIBLE, WELL_DECODED, NO_LEFTOVER,
            NO_CARD_NUMBER, Rule::warning("email_label", ShortLabels,
            "has more than 63 octets between two dots of its domain: copy the address again",
            "Inferred: no domain has so long a label (RFC 1035).")]),
    TELEPHONE = Row::new("/certificate/individual/telephone", NEW_INDIVIDUAL, Kind::Text,
        "Phone number with the country code, as in +31-0-72 568 7878.")
        .personal()
        .rules(&[NOT_BLANK, Rule::error("telephone", Telephone,
            "is not a telephone number with its country code: begin with + and use digits, \
             spaces, brackets and hyphens, as in +31 20 555 0100",
            "The page wants the country code. Interpretation: with a + before it, as in its example."),
            TRIMMED, Rule::warning("telephone_length", TelephoneDigits,
            "has more than 15 digits: check that it is one number",
            "Inferred: an international number has at most 15 digits (ITU-T E.164)."),
            Rule::warning("telephone_digits_missing", EnoughDigits,
            "has fewer digits than numbers of its country have: copy it again",
            "Inferred: a Dutch number has nine digits after +31. The 0 in (0) and -0- does not count."),
            Rule::warning("telephone_trunk_zero", NoTrunkZero,
            "has a 0 after the country code, which only callers within the country dial: leave it out",
            "Inferred: +31 020 reaches nobody. (0) and -0- are how the page's examples write it.")])
        .note("Interpretation: the + of the page's example is required, so that the country code \
               can be told from the number."),
    INDIVIDUAL_COUNTRY = Row::new("/certificate/individual/country", NEW_INDIVIDUAL, Kind::Text,
        "Country, as a two-letter code in either case.")
        .personal()
        .rules(&[NOT_BLANK, Rule::error("two_letters", TwoLetters,
            "must be the two letters of a country code, such as NL",
            "The page: a two-letter country code."), ASSIGNED_COUNTRY]),
    INDIVIDUAL_STATE = Row::new("/certificate/individual/state", NEW_INDIVIDUAL, Kind::Text, "State or province.")
        .personal().rules(TEXT),
    INDIVIDUAL_CITY = Row::new("/certificate/individual/city", Optional, Kind::Text, "City.")
        .personal().rules(OPTIONAL_TEXT),
    INDIVIDUAL_ZIP = Row::new("/certificate/individual/zip", Optional, Kind::Text, "Postal code.")
        .personal().rules(OPTIONAL_TEXT),
    PROFESSIONAL_TITLE = Row::new("/certificate/individual/professional_title", NEW_INDIVIDUAL, Kind::Text,
        "Licensed profession, as the page spells it.")
        .meanings(ProfessionalTitle::MEANINGS)
        .rules(&[NOT_BLANK, one_of(ProfessionalTitle::VALUES,
            "The page lists the supported titles.")]),
    CSA_AGREED_TO = Row::new("/csa_agreed_to", Required, Kind::Boolean,
        "Whether the Certificate Subscriber Agreement has been agreed to.")
        .rules(&[Rule::warning("csa_not_agreed", Is(true),
            "says that the subscriber agreement is not agreed to: agree to it, or expect the \
             order not to be issued",
            "Inferred: the page allows false, and does not say what becomes of the order.")]),
    PROVISIONING_METHOD = Row::new("/provisioning_method", Required, Kind::Text,
        "Where the private key and the certificate are kept.")
        .meanings(ProvisioningMethod::MEANINGS)
        .note("Not enforced here: after the token and its PIN arrive, the holder installs the \
               certificate with the DigiCert Trust Assistant, which the order's page in CertCentral \
               Europe offers.")
        .rules(&[NOT_BLANK, one_of(ProvisioningMethod::VALUES,
            "The page: only the QSCD is supported.")]),
    SHIP_INFO = Row::new("/ship_info", Optional, Kind::Object,
        "Where the hardware token goes. Must be there to receive it."),
    SHIP_NAME = Row::new("/ship_info/name", Required, Kind::Text, "First and last name of the recipient.")
        .personal().rules(NAME),
    SHIP_ADDR1 = Row::new("/ship_info/addr1", Required, Kind::Text, "Shipping address.")
        .personal().rules(text!(NOT_BLANK; NO_POST_BOX)),
    SHIP_ADDR2 = Row::new("/ship_info/addr2", Required, Kind::Text,
        "Second line of the address. Must be there; may be empty.")
        .personal().rules(text!(; NO_POST_BOX))
        .note("Interpretation: the page requires the member, and not that something is in it."),
    SHIP_CITY = Row::new("/ship_info/city", Required, Kind::Text, "Shipping city.").personal().rules(TEXT),
    SHIP_STATE = Row::new("/ship_info/state", Required, Kind::Text, "Shipping state.").personal().rules(TEXT),
    SHIP_ZIP = Row::new("/ship_info/zip", Required, Kind::Text, "Shipping postal code, as text.")
        .personal().rules(TEXT),
    SHIP_COUNTRY = Row::new("/ship_info/country", Required, Kind::Text, "Shipping country.")
        .personal().rules(COUNTRY),
    SHIP_METHOD = Row::new("/ship_info/method", Required, Kind::Text, "Shipping priority.")
        .meanings(ShippingMethod::MEANINGS)
        .rules(&[NOT_BLANK, one_of(ShippingMethod::VALUES, "The page lists the methods.")]),
    ORDER_VALIDITY = Row::new("/order_validity", Optional, Kind::Object,
        "How long the certificates are valid. Not used by accounts without Multi-year Plans.")
        .note("Not enforced here: the validity cannot exceed that of the order. Without this object, \
               and for a validity of less than 365 days, the certificate gets the order's validity or \
               the longest that the CA/B Forum allows, whichever is shorter."),
    YEARS = Row::new("/order_validity/years", Optional, NUMBER_U32, "Years of validity.")
        .rules(&[Rule::error("years_range", Range { min: 1, max: 3 },
            "must be 1, 2 or 3", "The page: 1, 2 or 3.")]),
    DAYS = Row::new("/order_validity/days", Optional, NUMBER_U32, "Days of validity. Overrides years.")
        .rules(&[Rule::error("days_range", Range { min: 1, max: 397 },
            "must be a whole number from 1 to 397", "The page: at most 397.")]),
    CUSTOM_EXPIRATION_DATE = Row::new("/order_validity/custom_expiration_date", Optional, Kind::Text,
        "Last day of validity, dd MMM YYYY. Overrides days and years.")
        .rules(&[
            Rule::error("date_form", CustomDate,
                "must be two digits, a month of three English letters and four digits, \
                 as in 09 JUN 2027",
                "The page: dd MMM YYYY, as in 09 JUN 2021."),
            Rule::error("date_not_real", RealDate,
                "is a day that the calendar does not have: write another",
                "What no calendar has cannot be right."),
            Rule::error("date_out_of_range", DaysFromToday { first: -1, last: 398 },
                "must be a day from tomorrow to 397 days after today", DATE_REASON),
            Rule::warning("date_in_doubt", DaysFromToday { first: 1, last: 397 },
                "may be past or too late when DigiCert reads it, whose day may be another than here: \
                 move it by a day or two",
                DATE_REASON),
        ]),
    PAYMENT_METHOD = Row::new("/payment_method", Required, Kind::Text,
        "How the order is paid. The page's default is balance.")
        .meanings(PaymentMethod::MEANINGS)
        .note("Not enforced here: DigiCert refuses balance if the account may not be billed or lacks \
               the money, profile if the account has no default card, and card if cards are disabled.")
        .rules(&[NOT_BLANK, one_of(PaymentMethod::VALUES, "The page lists the methods.")]),
    CREDIT_CARD = Row::new("/credit_card", PAID_BY_CARD, Kind::Object, "The credit card that is charged."),
    CARD_NUMBER = Row::new("/credit_card/number", Required, Kind::Text, "Card number.")
        .secret()
        .rules(&[
            NOT_BLANK,
            Rule::error("card_number_form", Digits { min: 12, max: 19 },
                "must be 12 to 19 digits: write them without spaces or hyphens",
                "Card numbers have 12 to 19 digits (ISO/IEC 7812)."),
            Rule::error("card_number_check_digit", CheckDigit,
                "does not pass the card-number check: a digit is wrong or two are swapped, copy it \
                 again",
                "The last digit of a card number checks the others (ISO/IEC 7812). Zeros alone pass, \
                 and are not a number."),
        ]),
    EXPIRATION_MONTH = Row::new("/credit_card/expiration_month", Required, Kind::Text,
        "Month of expiry, two digits.")
        .personal()
        .rules(&[NOT_BLANK, Rule::error("month_form", Month,
            "must be two digits from 01 to 12", "The page: two digits from 01 to 12.")]),
    EXPIRATION_YEAR = Row::new("/credit_card/expiration_year", Required, Kind::Text, "Year of expiry, four digits.")
        .personal()
        .rules(&[NOT_BLANK, Rule::error("year_form", Digits { min: 4, max: 4 },
            "must be four digits, as in 2030", "The page: four digits.")]),
    CVV = Row::new("/credit_card/cvv", Required, Kind::Text, "Card verification value.")
        .secret()
        .rules(&[NOT_BLANK, Rule::error("cvv_form", Digits { min: 3, max: 4 },
            "must be three or four digits", "The page: three or four digits.")]),
    CARDHOLDER_NAME = Row::new("/credit_card/cardholder_name", Required, Kind::Text, "First and last name on it.")
        .personal().rules(NAME),
    SAVE_CREDIT_CARD = Row::new("/credit_card/save_credit_card", Optional, Kind::NullableBoolean,
        "Whether the card's details are saved; null states no preference."),
    SET_AS_DEFAULT = Row::new("/credit_card/set_as_default", Required, Kind::Text,
        "Whether the card becomes the default: 1 or 0, as a string.")
        .personal()
        .meanings(SetAsDefault::MEANINGS)
        .rules(&[NOT_BLANK, one_of(SetAsDefault::VALUES, "The page: 1 or 0.")]),
    BILLING_ADDRESS = Row::new("/billing_address", PAID_BY_CARD, Kind::Object, "Where the bills of the card go."),
    BILLING_STREET = Row::new("/billing_address/address", Required, Kind::Text, "Street address.")
        .personal().rules(TEXT),
    BILLING_STREET2 = Row::new("/billing_address/address2", Optional, Kind::Text, "Second line of the address.")
        .personal().rules(OPTIONAL_TEXT),
    BILLING_CITY = Row::new("/billing_address/city", Required, Kind::Text, "City.").personal().rules(TEXT),
    BILLING_STATE = Row::new("/billing_address/state", SOME_COUNTRIES, Kind::Text, "State or province.")
        .personal().rules(OPTIONAL_TEXT),
    BILLING_COUNTRY = Row::new("/billing_address/country", Required, Kind::Text, "Country.")
        .personal().rules(COUNTRY),
    BILLING_ZIP = Row::new("/billing_address/zip", SOME_COUNTRIES, Kind::Text, "Postal code.")
        .personal().rules(OPTIONAL_TEXT),
}
