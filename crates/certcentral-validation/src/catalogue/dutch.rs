//! The Dutch text of each code, for people in offices. What the English message adds from the value is
//! added from the violation's [`Params`](crate::Params).

use crate::constraint::characters::name;
use crate::message::{FEW, alternatives};
use crate::params::Params;

/// `{}` is where a character that must not be there is named.
pub(crate) const DUTCH: &[(&str, &str)] = &[
    (
        "billing_address_not_used",
        "is ingevuld terwijl payment_method niet card is: laat het weg, of betaal met een kaart",
    ),
    ("blank", "mag niet leeg zijn: vul in wat hier gevraagd wordt"),
    (
        "card_expired",
        "geeft samen met expiration_month aan dat de kaart verlopen is: gebruik een andere kaart",
    ),
    ("card_expiry_far", "ligt meer dan 20 jaar in de toekomst: controleer het jaar op de kaart"),
    (
        "card_number_check_digit",
        "doorstaat de controle van kaartnummers niet: er is een cijfer fout of verwisseld, neem het nummer opnieuw over",
    ),
    ("card_number_form", "moet uit 12 tot 19 cijfers bestaan, zonder spaties of streepjes"),
    (
        "card_number_in_text",
        "bevat zo te zien een kaartnummer: dat hoort alleen in credit_card.number",
    ),
    ("control_character", "bevat een stuurteken{}: verwijder het"),
    (
        "country_not_assigned",
        "is geen landcode volgens ISO 3166-1: vul de twee letters van het land in, zoals NL",
    ),
    (
        "credit_card_not_used",
        "is ingevuld terwijl payment_method niet card is: laat het weg, of betaal met een kaart",
    ),
    (
        "csa_not_agreed",
        "geeft aan dat de abonneeovereenkomst niet is aanvaard: aanvaard deze, anders wordt het certificaat waarschijnlijk niet uitgegeven",
    ),
    ("cvv_form", "moet uit drie of vier cijfers bestaan"),
    (
        "date_form",
        "moet bestaan uit twee cijfers, een Engelse maand van drie letters en vier cijfers, zoals 09 JUN 2027",
    ),
    (
        "date_in_doubt",
        "kan bij DigiCert al verstreken of te laat zijn, omdat het daar een andere dag kan zijn: kies een dag of twee eerder of later",
    ),
    ("date_not_real", "is een dag die niet bestaat: kies een andere dag"),
    ("date_out_of_range", "moet tussen morgen en 397 dagen na vandaag liggen"),
    (
        "date_overrides_validity",
        "gaat boven days en years, die ook zijn ingevuld: laat staan wat bedoeld is",
    ),
    ("days_override_years", "gaat boven years, dat ook is ingevuld: laat staan wat bedoeld is"),
    ("days_range", "moet een geheel getal van 1 tot en met 397 zijn"),
    ("duplicate_member", "komt meer dan één keer voor: laat er één staan"),
    ("email", "is geen e-mailadres: vul het in als naam@example.com, zonder spaties"),
    (
        "email_label",
        "heeft in het domein meer dan 63 tekens tussen twee punten: neem het adres opnieuw over",
    ),
    (
        "id_range",
        "moet een geheel getal van 1 tot en met 9223372036854775807 zijn: neem het over uit CertCentral",
    ),
    (
        "individual_id_and_details",
        "heeft een id én persoonsgegevens: geef alleen het id, of laat het weg",
    ),
    (
        "individual_id_or_details",
        "noemt niemand: geef het id van een bekende persoon, of first_name, last_name, email, telephone, country, state en professional_title van een nieuwe",
    ),
    ("initial_in_last_name", "begint met een voorletter: verplaats die naar first_name"),
    ("invalid_escape", "bevat een escape voor een half teken: typ het teken zelf"),
    (
        "invalid_json",
        "dit is geen JSON: kijk of er een komma, aanhalingsteken of haakje te veel of te weinig staat",
    ),
    ("invisible_character", "bevat een onzichtbaar teken{}: verwijder het, of typ een spatie"),
    ("line_break", "bevat een regeleinde: schrijf het op één regel"),
    ("month_form", "moet uit twee cijfers bestaan, van 01 tot en met 12"),
    (
        "name_length",
        "is langer dan 64 tekens: misschien past het niet in het certificaat, kort het zo mogelijk in",
    ),
    ("name_without_letter", "bevat geen letter: vul de naam in"),
    ("not_utf8", "deze tekst is geen UTF-8: sla het bestand op in die codering"),
    ("null", "mag niet null zijn: vul een waarde in, of laat weg wat niet verplicht is"),
    ("placeholder", "is nog niet ingevuld: vul de waarde in"),
    (
        "post_box",
        "is een postbus of antwoordnummer: vul een adres in waar een koerier kan bezorgen",
    ),
    (
        "postcode",
        "is geen postcode van het land: een Nederlandse is als 1015 AA; die van Duitsland, Spanje, Frankrijk, Italië en de Verenigde Staten hebben vijf cijfers, met de nullen aan het begin",
    ),
    (
        "program_text",
        "is wat een sjabloon of programma achterlaat in plaats van een waarde: vul de waarde in",
    ),
    (
        "qscd_without_ship_info",
        "ontbreekt, dus er wordt geen token verstuurd: vul het bezorgadres in, tenzij dat de bedoeling is",
    ),
    ("required", "ontbreekt en is hier verplicht"),
    (
        "rsassa_pss_needs_rsa",
        "werkt alleen bij een uitgevende CA met een RSA-sleutel: laat het weg als die van u ECC gebruikt",
    ),
    (
        "short_validity",
        "is minder dan 365 dagen; DigiCert neemt dan de geldigheid van de order of de langst toegestane: geef 365 dagen of meer, of laat het weg",
    ),
    (
        "surrounding_blanks",
        "begint of eindigt met een spatie of regeleinde: verwijder die als dat niet de bedoeling is",
    ),
    ("tab", "bevat een tab: typ een spatie"),
    (
        "telephone",
        "is geen telefoonnummer met landcode: begin met één + en gebruik cijfers, spaties, haakjes en streepjes, zoals +31 20 555 0100",
    ),
    (
        "telephone_digits_missing",
        "heeft minder cijfers dan nummers in dat land hebben: neem het opnieuw over",
    ),
    ("telephone_length", "heeft meer dan 15 cijfers: controleer of het één nummer is"),
    (
        "telephone_trunk_zero",
        "heeft na de landcode een 0 die alleen binnen het land gekozen wordt: laat die weg",
    ),
    ("title_in_name", "bevat zo te zien een titel of voorvoegsel: schrijf de naam zonder titel"),
    ("two_letters", "moet uit de twee letters van een landcode bestaan, zoals NL"),
    ("unknown_member", "is hier geen bekend gegeven: verwijder het, of verbeter de naam"),
    ("unreadable", "kan niet als een order van dit soort worden gelezen"),
    ("unsupported_value", "is geen toegestane waarde"),
    ("wrong_type", "is van een ander type dan nodig"),
    (
        "wrongly_decoded",
        "is zo te zien in een verkeerde codering gelezen: typ de tekens die bedoeld zijn",
    ),
    ("year_form", "moet uit vier cijfers bestaan, zoals 2030"),
    ("years_range", "moet 1, 2 of 3 zijn"),
];

/// The Dutch text of a violation. `None` for a code that this version has no text for.
pub(crate) fn dutch(code: &str, params: &Params) -> Option<String> {
    let (_, text) = DUTCH.iter().find(|(known, _)| *known == code)?;
    let character = params.character.map(name);
    let mut text = match (&character, text.contains("{}")) {
        (Some(character), false) => format!("{text}; het bevat {character}"),
        (character, _) => {
            let named = character.as_ref().map(|character| format!(", {character}"));
            text.replace("{}", &named.unwrap_or_default())
        }
    };
    if let Some(kind) = params.kind {
        text = format!("moet {} zijn", in_dutch(kind));
    }
    if let Some(found) = &params.found {
        text.insert_str(0, &format!("`{found}` "));
    }
    if !params.values.is_empty() && (params.suggestion.is_none() || params.values.len() <= FEW) {
        text.push_str(&format!(": vul {} in", alternatives(params.values, '`', "of")));
    }
    if let Some(meant) = params.suggestion {
        text.push_str(&format!("; bedoelt u `{meant}`?"));
    }
    Some(text)
}

fn in_dutch(kind: &str) -> &str {
    match kind {
        "an object" => "een object tussen accolades",
        "a string" => "een tekst tussen aanhalingstekens",
        "a whole number" => "een geheel getal zonder aanhalingstekens",
        "true or false" => "true of false, zonder aanhalingstekens,",
        "true, false or null" => "true, false of null, zonder aanhalingstekens,",
        other => other,
    }
}
