//! What a cell says as JSON, and what spreadsheet programs do to texts that look like something
//! else to them.

use certcentral::pkio_professional::Order;
use certcentral::validation::Rules;
use certcentral::validation::catalogue::Kind;

type Fault = (&'static str, &'static str);

/// The cell as the JSON value of a member.
pub(super) fn json(row: usize, cell: &str) -> Result<String, Fault> {
    let definition = &Order::CATALOGUE.rows()[row];
    let trimmed = cell.trim();
    if is_placeholder(trimmed) {
        // The rules say to fill it in.
        return Ok(text(cell));
    }
    if is_error_value(trimmed) {
        return Err((
            "spreadsheet_error",
            "is an error value of the spreadsheet: correct the formula, or type the value",
        ));
    }
    if is_exponent(trimmed) {
        return Err((
            "spreadsheet_exponent",
            "was rounded by the spreadsheet to a number with an exponent, and digits are lost: \
             format the column as text, and type it again",
        ));
    }
    match definition.path {
        "/certificate/individual/telephone" if has_lost_its_plus(trimmed) => {
            return Err((
                "spreadsheet_plus",
                "begins with a digit: a spreadsheet takes the + off. Format the column as text, and \
             type the number with + and the country code",
            ));
        }
        "/order_validity/custom_expiration_date" if is_rewritten_date(trimmed) => {
            return Err((
                "spreadsheet_date",
                "was rewritten by the spreadsheet: format the column as text, and type the date like \
             09 JUN 2027",
            ));
        }
        _ => {}
    }
    match definition.kind {
        Kind::Boolean => boolean(trimmed),
        Kind::NullableBoolean if trimmed.eq_ignore_ascii_case("null") => Ok("null".into()),
        Kind::NullableBoolean => boolean(trimmed),
        Kind::Integer { .. } => integer(trimmed),
        _ => Ok(text(cell)),
    }
}

/// What is probably not what was typed.
pub(super) fn suspicion(row: usize, cell: &str) -> Option<Fault> {
    let definition = &Order::CATALOGUE.rows()[row];
    let is_text = definition.kind == Kind::Text
        && !matches!(
            definition.path,
            "/order_validity/custom_expiration_date" | "/certificate/individual/telephone"
        );
    let looks_rewritten = is_text && cell.contains(['-', '/']) && is_rewritten_date(cell.trim());
    looks_rewritten.then_some((
        "spreadsheet_date",
        "looks like a date that the spreadsheet made of a number such as 3-5: format the column as \
         text, and type it again",
    ))
}

fn text(cell: &str) -> String {
    // A string can always be written.
    serde_json::to_string(cell).unwrap_or_default()
}

fn boolean(cell: &str) -> Result<String, Fault> {
    match cell.to_ascii_uppercase().as_str() {
        "TRUE" | "WAAR" => Ok("true".into()),
        "FALSE" | "ONWAAR" => Ok("false".into()),
        _ => Err(("wrong_type", "must be TRUE or FALSE (WAAR or ONWAAR)")),
    }
}

fn integer(cell: &str) -> Result<String, Fault> {
    let digits = cell.trim_start_matches('0');
    match cell.bytes().all(|byte| byte.is_ascii_digit()) && !cell.is_empty() {
        true if digits.is_empty() => Ok("0".into()),
        true => Ok(digits.into()),
        false => Err(("wrong_type", "must be a whole number, in digits only")),
    }
}

/// `<the email address>`, as `certcentral new --csv` writes it.
fn is_placeholder(cell: &str) -> bool {
    (cell.starts_with('<') && cell.ends_with('>')) || (cell.starts_with('‹') && cell.ends_with('›'))
}

/// `#N/A`, `#REF!`, `#WAARDE!`, and `Err:502` of LibreOffice.
fn is_error_value(cell: &str) -> bool {
    let is_hash = cell.strip_prefix('#').is_some_and(|rest| {
        rest.len() >= 2
            && rest
                .bytes()
                .all(|b| b.is_ascii_uppercase() || matches!(b, b'/' | b'!' | b'?' | b'0'))
    });
    let number = cell.strip_prefix("Err:").or_else(|| cell.strip_prefix("Fout:"));
    is_hash || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `3.12E+10`, with a point or a comma.
fn is_exponent(cell: &str) -> bool {
    let Some((number, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']);
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    digits(whole) && digits(fraction) && exponent.is_some_and(digits)
}

/// A telephone number as a spreadsheet shows it that took it for a number.
fn has_lost_its_plus(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit())
        && cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'.' | b',' | b'-' | b'/'))
}

/// `2027-06-09`, `9-6-2027`, `06/09/27`, `9-jun-27`, `9-6`, `46547`.
fn is_rewritten_date(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split(['-', '/', '.']).collect();
    let is_number = |part: &&str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_month = |part: &&str| {
        let end = part.strip_suffix('.').unwrap_or(part);
        (3..=4).contains(&end.chars().count()) && end.chars().all(char::is_alphabetic)
    };
    match &parts[..] {
        [number] => number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit()),
        [a, b] => (is_number(a) && is_month(b)) || (is_month(a) && is_number(b)),
        [a, b, c] => is_number(a) && (is_number(b) || is_month(b)) && is_number(c),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str) -> usize {
        Order::CATALOGUE.row(path).unwrap()
    }

    fn code(path: &str, cell: &str) -> &'static str {
        json(row(path), cell).map_or_else(|(code, _)| code, |_| "fine")
    }

    #[test]
    fn what_spreadsheets_spoil_is_recognised() {
        let telephone = "/certificate/individual/telephone";
        let date = "/order_validity/custom_expiration_date";
        for (path, cell, expected) in [
            (telephone, "+31 20 555 0100", "fine"),
            (telephone, "31205550100", "spreadsheet_plus"),
            (telephone, "31 20 555 0100", "spreadsheet_plus"),
            (telephone, "3.12E+10", "spreadsheet_exponent"),
            (telephone, "3,12056E+10", "spreadsheet_exponent"),
            ("/credit_card/number", "4,11111E+15", "spreadsheet_exponent"),
            ("/certificate/individual/id", "2E+5", "spreadsheet_exponent"),
            (date, "09 JUN 2027", "fine"),
            (date, "2027-06-09", "spreadsheet_date"),
            (date, "9-6-2027", "spreadsheet_date"),
            (date, "06/09/27", "spreadsheet_date"),
            (date, "9-jun-27", "spreadsheet_date"),
            (date, "9-mrt-2027", "spreadsheet_date"),
            (date, "46547", "spreadsheet_date"),
            ("/ship_info/city", "#N/A", "spreadsheet_error"),
            ("/ship_info/city", "#N/B", "spreadsheet_error"),
            ("/ship_info/city", "#REF!", "spreadsheet_error"),
            ("/ship_info/city", "#DIV/0!", "spreadsheet_error"),
            ("/ship_info/city", "#NAME?", "spreadsheet_error"),
            ("/ship_info/city", "#WAARDE!", "spreadsheet_error"),
            ("/ship_info/city", "Err:502", "spreadsheet_error"),
            ("/ship_info/addr1", "# 12", "fine"),
            ("/ship_info/addr1", "#12", "fine"),
            ("/ship_info/zip", "1013 AA", "fine"),
            ("/certificate/individual/last_name", "Edelman", "fine"),
            ("/certificate/individual/id", "21", "fine"),
            ("/certificate/individual/id", "21,00", "wrong_type"),
            ("/csa_agreed_to", "ja", "wrong_type"),
            ("/csa_agreed_to", "<true or false>", "fine"),
        ] {
            assert_eq!(code(path, cell), expected, "{path} {cell}");
        }
    }

    #[test]
    fn booleans_are_read_as_spreadsheets_write_them() {
        let consent = row("/csa_agreed_to");
        for (cell, expected) in [
            ("TRUE", "true"),
            ("true", "true"),
            ("WAAR", "true"),
            ("ONWAAR", "false"),
            ("False", "false"),
        ] {
            assert_eq!(json(consent, cell).unwrap(), expected);
        }
        assert_eq!(json(row("/credit_card/save_credit_card"), "NULL").unwrap(), "null");
    }

    #[test]
    fn a_house_number_that_became_a_date_is_a_suspicion() {
        let address = row("/ship_info/addr2");
        assert!(suspicion(address, "3-mei").is_some());
        assert!(suspicion(address, "5-3-2026").is_some());
        assert!(suspicion(address, "3e verdieping").is_none());
        assert!(suspicion(address, "12-14").is_none());
        assert!(suspicion(row("/ship_info/zip"), "10117").is_none());
    }
}
