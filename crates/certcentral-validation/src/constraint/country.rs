//! Country codes: the two letters that ISO 3166-1 assigns, and what people write in their place.

/// The alpha-2 codes that ISO 3166-1 assigns, in order.
const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ \
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW \
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY \
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV \
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY \
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM \
    ZW";

/// A bit for each second letter, by the first: whether a code is assigned is one look.
static BY_FIRST_LETTER: [u32; 26] = {
    let codes = ASSIGNED.as_bytes();
    let mut table = [0; 26];
    let mut at = 0;
    while at < codes.len() {
        table[(codes[at] - b'A') as usize] |= 1 << (codes[at + 1] - b'A');
        at += 3;
    }
    table
};

/// What people write, in lower case, and the code that they mean.
const MISTAKEN: &[(&str, &str)] = &[
    ("uk", "GB"),
    ("en", "GB"),
    ("el", "GR"),
    ("ho", "NL"),
    ("be-nl", "BE"),
    ("nld", "NL"),
    ("ned", "NL"),
    ("bel", "BE"),
    ("deu", "DE"),
    ("ger", "DE"),
    ("fra", "FR"),
    ("gbr", "GB"),
    ("lux", "LU"),
    ("usa", "US"),
    ("nederland", "NL"),
    ("netherlands", "NL"),
    ("the netherlands", "NL"),
    ("holland", "NL"),
    ("belgie", "BE"),
    ("belgi\u{eb}", "BE"),
    ("belgium", "BE"),
    ("belgique", "BE"),
    ("duitsland", "DE"),
    ("deutschland", "DE"),
    ("germany", "DE"),
    ("frankrijk", "FR"),
    ("france", "FR"),
    ("luxemburg", "LU"),
    ("luxembourg", "LU"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("united states", "US"),
];

/// Whether the text is a code that ISO 3166-1 assigns, in either case.
pub(crate) fn is_assigned(text: &str) -> bool {
    let &[first, second] = text.as_bytes() else { return false };
    let place = |letter: u8| letter.to_ascii_uppercase().wrapping_sub(b'A');
    let (first, second) = (place(first), place(second));
    second < 26
        && BY_FIRST_LETTER.get(usize::from(first)).is_some_and(|bits| bits >> second & 1 == 1)
}

/// The code that is likely meant by something that is none.
pub(crate) fn meant_country(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    MISTAKEN.iter().find(|(written, _)| *written == text).map(|(_, code)| *code)
}
