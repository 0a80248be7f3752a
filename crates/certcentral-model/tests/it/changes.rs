//! The bodies of changes after the order, byte for byte.

use certcentral_model::{Cancellation, NewNote, RequestDecision, Revocation};

#[test]
fn changes_are_written_as_the_pages_have_them() {
    for (change, wire) in [
        (json(&RequestDecision::approve()), r#"{"status":"approved"}"#),
        (
            json(&RequestDecision::reject().comment("Left the firm.")),
            r#"{"status":"rejected","processor_comment":"Left the firm."}"#,
        ),
        // Lower case: an older page had capitals, and the API is case-sensitive.
        (json(&Cancellation::new("Typo.")), r#"{"status":"canceled","note":"Typo."}"#),
        (json(&Revocation::new()), "{}"),
        // `comments`, as in the samples and in other clients, and not `comment`.
        (
            json(&Revocation::new().comment("Token lost.").skip_approval()),
            r#"{"comments":"Token lost.","skip_approval":true}"#,
        ),
        (json(&NewNote::new("Dossier 12")), r#"{"text":"Dossier 12"}"#),
    ] {
        assert_eq!(change, wire);
    }
}

#[test]
fn debug_shows_no_comment() {
    for shown in [
        format!("{:?}", RequestDecision::reject().comment("Zq")),
        format!("{:?}", Cancellation::new("Zq")),
        format!("{:?}", Revocation::new().comment("Zq")),
        format!("{:?}", NewNote::new("Zq")),
    ] {
        assert!(!shown.contains("Zq"), "{shown}");
    }
}

fn json(change: &impl serde::Serialize) -> String {
    serde_json::to_string(change).unwrap()
}
