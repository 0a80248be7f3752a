//! What helps without an order at hand: the members of an order, completions, the manual.

use crate::program::certcentral;

#[tokio::test]
async fn every_member_is_listed_with_its_requirement_and_allowed_values() {
    let ran = certcentral(["explain"]).run().await.exits(0);
    let line = |name: &str| {
        let mut lines = ran.stdout.lines();
        lines.find(|line| line.trim_start().starts_with(&format!("{name} "))).unwrap().to_owned()
    };
    assert!(line("first_name").contains("conditional"));
    assert!(line("csa_agreed_to").contains("required"));
    assert!(line("order_validity").contains("optional"));
    assert!(line("first_name").starts_with("    first_name"), "it is two levels deep");
    let words: Vec<&str> = ran.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains("Allowed: STANDARD, EXPEDITED."), "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().filter(|line| line.len() > 80).count(), 0, "{}", ran.stdout);
}

#[tokio::test]
async fn a_member_is_explained_however_it_is_named() {
    for name in [
        "professional_title",
        "Professional_Title",
        "individual.professional_title",
        "certificate.individual.professional_title",
        "/certificate/individual/professional_title",
    ] {
        let ran = certcentral(["explain", name]).run().await.exits(0);
        for says in ["Kandidaat-notaris", "conditional", "a string", "error[unsupported_value]"] {
            assert!(ran.stdout.contains(says), "{name}: {}", ran.stdout);
        }
    }
    let country = certcentral(["explain", "country"]).run().await.exits(0);
    for path in ["certificate.individual.country", "ship_info.country", "billing_address.country"] {
        assert!(country.stdout.contains(path), "{}", country.stdout);
    }
    let object = certcentral(["explain", "ship_info"]).run().await.exits(0);
    for says in ["an object", "addr2", "warning[qscd_without_ship_info]"] {
        assert!(object.stdout.contains(says), "{}", object.stdout);
    }
}

#[tokio::test]
async fn completions_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = certcentral(["completions", shell]).run().await.exits(0);
        for word in ["certcentral", "explain", "dry-run"] {
            assert!(ran.stdout.contains(word), "{shell}");
        }
    }
}

#[tokio::test]
async fn a_page_of_the_manual_for_the_program_and_for_each_command() {
    let ran = certcentral(["man"]).run().await.exits(0);
    assert!(ran.stdout.contains(".TH certcentral 1"), "{}", ran.stdout);
    let ran = certcentral(["man", "order"]).run().await.exits(0);
    assert!(ran.stdout.contains(".TH certcentral-order 1"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Exit codes: 0 placed"), "{}", ran.stdout);
}
