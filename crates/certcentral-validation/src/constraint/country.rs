//! Country codes: the two letters that ISO 3166-1 assigns, and what people write in their place.

/// The alpha-2 codes that ISO 3166-1 assigns, in order, each with a blank after it.
const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ \
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW \
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY \
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV \
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY \
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM \
    ZW ";

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
    let code = [first.to_ascii_uppercase(), second.to_ascii_uppercase(), b' '];
    ASSIGNED.as_bytes().as_chunks().0.binary_search(&code).is_ok()
}

/// The code that is likely meant by something that is none.
pub(crate) fn meant_country(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    MISTAKEN.iter().find(|(written, _)| *written == text).map(|(_, code)| *code)
}
