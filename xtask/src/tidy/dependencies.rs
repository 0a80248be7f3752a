//! Who may depend on whom.

use std::collections::BTreeSet;

use super::facts::{Facts, Package};

const MODEL: &str = "certcentral-model";
const VALIDATION: &str = "certcentral-validation";
const TRANSPORT: &str = "certcentral-transport";
const FACADE: &str = "certcentral";
const BATCH: &str = "certcentral-batch";
const SANDBOX: &str = "certcentral-sandbox";
const CLI: &str = "certcentral-cli";
const XTASK: &str = "xtask";

/// The crates of this workspace that each one may build upon. Tests may use any.
const EDGES: [(&str, &[&str]); 8] = [
    (MODEL, &[]),
    (VALIDATION, &[MODEL]),
    (TRANSPORT, &[MODEL]),
    (FACADE, &[MODEL, VALIDATION, TRANSPORT]),
    (BATCH, &[FACADE]),
    (SANDBOX, &[MODEL, VALIDATION]),
    (CLI, &[FACADE, BATCH, SANDBOX]),
    (XTASK, &[MODEL, VALIDATION, TRANSPORT, FACADE, BATCH, SANDBOX, CLI]),
];

/// All that the model may build upon, and whether that must be optional.
const MODEL_THIRD_PARTIES: [(&str, bool); 3] =
    [("serde", false), ("schemars", true), ("zeroize", true)];

/// What sends HTTP, and the feature that makes a client of it where it can be a server, too.
const HTTP_CLIENTS: [(&str, Option<&str>); 4] = [
    ("hyper", Some("client")),
    ("hyper-rustls", None),
    ("hyper-util", Some("client-legacy")),
    ("reqwest", None),
];

const HTTP_PATHS: [&str; 5] =
    ["hyper::", "hyper_rustls::", "hyper_util::", "reqwest::", "rustls::"];

/// The arrows of docs/architecture.md.
pub(super) fn edges(facts: &Facts) -> Vec<String> {
    let members: BTreeSet<&str> = facts.packages.iter().map(|it| it.name.as_str()).collect();
    let mut faults = Vec::new();
    for package in &facts.packages {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == package.name) else {
            faults.push(format!(
                "{} is not in the table EDGES of xtask/src/tidy/dependencies.rs: say there which \
                 crates it may build upon",
                package.name
            ));
            continue;
        };
        for dependency in package.for_users() {
            let name = dependency.name.as_str();
            if members.contains(name) && !allowed.contains(&name) {
                faults.push(format!(
                    "{} must not depend on {name}: move what it needs to a crate that both may \
                     know, or join the two in {FACADE}",
                    package.name
                ));
            }
        }
    }
    faults
}

/// One crate sends HTTP; the crates that it does it with show in no public signature of it or of
/// any other.
pub(super) fn http_client(facts: &Facts) -> Vec<String> {
    let named = facts
        .packages
        .iter()
        .filter(|package| package.name != TRANSPORT)
        .flat_map(|package| package.for_users().map(move |dependency| (package, dependency)))
        .filter(|(_, dependency)| {
            HTTP_CLIENTS.iter().any(|&(name, feature)| {
                dependency.name == name
                    && feature
                        .is_none_or(|feature| dependency.features.iter().any(|it| it == feature))
            })
        })
        .map(|(package, dependency)| {
            format!(
                "{} must not depend on {} as a client: only {TRANSPORT} sends HTTP",
                package.name, dependency.name
            )
        });
    let signatures = facts
        .files
        .iter()
        .filter(|file| file.path.starts_with("docs/api/"))
        .flat_map(|file| file.text.lines().map(move |line| (file, line)))
        .filter(|(_, line)| HTTP_PATHS.iter().any(|path| line.contains(path)))
        .map(|(file, line)| {
            format!(
                "a public signature names a type of the HTTP engine, wrap it in one of our own: \
                 {line} ({})",
                file.path
            )
        });
    named.chain(signatures).collect()
}

/// The model is serde alone, and what its features add.
pub(super) fn model_third_parties(facts: &Facts) -> Vec<String> {
    let Some(model) = facts.package(MODEL) else {
        return vec![format!("there is no crate {MODEL}: mend xtask/src/tidy/dependencies.rs")];
    };
    let mut faults = Vec::new();
    for dependency in model.for_users() {
        match MODEL_THIRD_PARTIES.iter().find(|(name, _)| *name == dependency.name) {
            None => faults.push(format!(
                "{MODEL} must not depend on {}: it is data only, for people who want serde and \
                 nothing else",
                dependency.name
            )),
            Some((name, true)) if !dependency.optional => faults.push(format!(
                "{MODEL} must depend on {name} behind a feature only: add `optional = true`"
            )),
            Some(_) => {}
        }
    }
    if model.features.get("default").is_some_and(|default| !default.is_empty()) {
        faults.push(format!("{MODEL} must turn no feature on by default"));
    }
    faults
}

/// Whoever checks says which day it is.
pub(super) fn validation_has_no_clock_and_no_io(facts: &Facts) -> Vec<String> {
    let clock = facts
        .package(VALIDATION)
        .into_iter()
        .flat_map(Package::for_users)
        .filter(|dependency| dependency.name == "jiff")
        .filter(|dependency| dependency.features.iter().any(|it| it == "std"))
        .map(|_| format!("{VALIDATION} must not turn on jiff's feature std: it takes `today`"));
    let asked =
        ["SystemTime", "Instant::now", "Zoned::now", "Timestamp::now", "std::fs", "std::net"];
    let sources = facts
        .files
        .iter()
        .filter(|file| {
            [MODEL, VALIDATION].iter().any(|it| file.path.starts_with(&format!("crates/{it}/src/")))
        })
        .flat_map(|file| asked.iter().map(move |what| (file, what)))
        .filter(|(file, what)| file.text.contains(*what))
        .map(|(file, what)| {
            format!(
                "{} must not name {what}: model and validation know no clock and no I/O",
                file.path
            )
        });
    clock.chain(sources).collect()
}

/// Who adds the facade alone misses nothing.
pub(super) fn features_reachable_from_the_facade(facts: &Facts) -> Vec<String> {
    let Some(facade) = facts.package(FACADE) else {
        return vec![format!("there is no crate {FACADE}: mend xtask/src/tidy/dependencies.rs")];
    };
    let mut faults = Vec::new();
    for below in [MODEL, VALIDATION, TRANSPORT].iter().filter_map(|name| facts.package(name)) {
        for feature in below.features.keys().filter(|name| *name != "default") {
            let always =
                facade.for_users().any(|it| it.name == below.name && it.features.contains(feature));
            let path = format!("{}/{feature}", below.name);
            let on_request = facade.features.values().flatten().any(|it| *it == path);
            if !always && !on_request {
                faults.push(format!(
                    "the feature {feature} of {} cannot be reached from {FACADE}: add a feature \
                     there with \"{path}\"",
                    below.name
                ));
            }
        }
    }
    faults
}

/// A clone builds anywhere, not only where a mirror is set up.
pub(super) fn from_the_public_registry(facts: &Facts) -> Vec<String> {
    const REGISTRY: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let locked = facts
        .files
        .iter()
        .filter(|file| file.path.split('/').next_back() == Some("Cargo.lock"))
        .flat_map(|file| file.text.lines().map(move |line| (file, line)))
        .filter(|(_, line)| line.starts_with("source = ") && *line != REGISTRY)
        .map(|(file, line)| {
            format!("{} must name crates.io and nothing else; it has {line}", file.path)
        })
        .collect::<BTreeSet<String>>()
        .into_iter();
    let settings = facts
        .files
        .iter()
        .filter(|file| file.path.starts_with(".cargo/"))
        .filter(|file| ["[source", "[registr"].iter().any(|it| file.text.contains(it)))
        .map(|file| {
            format!("{} must not set up a registry: that belongs to one's own machine", file.path)
        });
    locked.chain(settings).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::facts::said;

    #[test]
    fn an_arrow_that_is_not_in_the_table() {
        let sentence = said(edges, |facts| facts.depend(VALIDATION, TRANSPORT, false));
        assert_eq!(
            sentence,
            "certcentral-validation must not depend on certcentral-transport: move what it needs \
             to a crate that both may know, or join the two in certcentral"
        );
        said(edges, |facts| facts.depend(MODEL, VALIDATION, false));
    }

    #[test]
    fn tests_may_use_any_crate() {
        let mut facts = Facts::sample();
        facts.depend(VALIDATION, TRANSPORT, true);
        facts.depend(VALIDATION, "reqwest", true);
        facts.depend(MODEL, "proptest", true);
        for check in [edges, http_client, model_third_parties] {
            assert_eq!(check(&facts), [""; 0]);
        }
    }

    #[test]
    fn a_crate_that_the_table_does_not_know() {
        let sentence = said(edges, |facts| {
            let mut package = facts.packages[0].clone();
            package.name = "certcentral-new".into();
            facts.packages.push(package);
        });
        assert!(sentence.contains("say there which crates it may build upon"), "{sentence}");
    }

    #[test]
    fn the_table_knows_each_crate_once_and_has_no_circle() {
        let mut below: BTreeSet<&str> = BTreeSet::new();
        let mut left: Vec<_> = EDGES.to_vec();
        while !left.is_empty() {
            let ready = left
                .iter()
                .position(|(_, allowed)| allowed.iter().all(|it| below.contains(it)))
                .expect("no circle");
            assert!(below.insert(left.remove(ready).0), "each crate once");
        }
    }

    #[test]
    fn an_http_client_elsewhere() {
        let sentence = said(http_client, |facts| facts.depend(FACADE, "reqwest", false));
        assert_eq!(
            sentence,
            "certcentral must not depend on reqwest as a client: only certcentral-transport sends \
             HTTP"
        );
        said(http_client, |facts| {
            facts.depend(VALIDATION, "hyper", false);
            let dependency = facts.package_mut(VALIDATION).dependencies.last_mut();
            dependency.expect("just added").features.push("client".into());
        });
    }

    #[test]
    fn a_server_is_no_client() {
        let mut facts = Facts::sample();
        facts.depend(VALIDATION, "hyper", false);
        assert_eq!(http_client(&facts), [""; 0]);
    }

    #[test]
    fn the_http_engine_in_a_signature() {
        for of in ["reqwest::Client", "hyper::body::Incoming", "rustls::Error"] {
            let sentence = said(http_client, |facts| {
                facts.add_file(
                    "docs/api/certcentral-transport.txt",
                    &format!("pub fn certcentral_transport::send({of})\n"),
                );
            });
            assert!(sentence.contains("wrap it in one of our own"), "{sentence}");
        }
    }

    #[test]
    fn the_model_with_more_than_serde() {
        let sentence = said(model_third_parties, |facts| facts.depend(MODEL, "uuid", false));
        assert!(sentence.starts_with("certcentral-model must not depend on uuid"), "{sentence}");
    }

    #[test]
    fn the_model_with_zeroize_for_everybody() {
        let sentence = said(model_third_parties, |facts| {
            for dependency in &mut facts.package_mut(MODEL).dependencies {
                dependency.optional = false;
            }
            facts.package_mut(MODEL).dependencies.retain(|it| it.name != "schemars");
        });
        assert!(sentence.contains("`optional = true`"), "{sentence}");
        let sentence = said(model_third_parties, |facts| {
            let features = &mut facts.package_mut(MODEL).features;
            features.insert("default".into(), vec!["zeroize".into()]);
        });
        assert!(sentence.contains("no feature on by default"), "{sentence}");
    }

    #[test]
    fn validation_with_a_clock() {
        let sentence = said(validation_has_no_clock_and_no_io, |facts| {
            for dependency in &mut facts.package_mut(VALIDATION).dependencies {
                dependency.features.push("std".into());
            }
        });
        assert!(sentence.contains("it takes `today`"), "{sentence}");
        let sentence = said(validation_has_no_clock_and_no_io, |facts| {
            facts.file_mut("crates/certcentral-validation/src/lib.rs").text += "Zoned::now()";
        });
        assert!(sentence.contains("must not name Zoned::now"), "{sentence}");
    }

    #[test]
    fn a_feature_that_the_facade_hides() {
        let sentence = said(features_reachable_from_the_facade, |facts| {
            facts.package_mut(FACADE).features.clear();
        });
        assert_eq!(
            sentence,
            "the feature schema of certcentral-model cannot be reached from certcentral: add a \
             feature there with \"certcentral-model/schema\""
        );
    }

    #[test]
    fn a_mirror_in_the_lock_file_or_in_the_settings() {
        let sentence = said(from_the_public_registry, |facts| {
            facts.file_mut("Cargo.lock").text += "source = \"sparse+https://mirror.example/\"\n";
        });
        assert!(sentence.contains("mirror.example"), "{sentence}");
        let sentence = said(from_the_public_registry, |facts| {
            facts.add_file(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"mirror\"\n");
        });
        assert!(sentence.contains(".cargo/config.toml"), "{sentence}");
    }
}
