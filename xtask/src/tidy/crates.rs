//! Which crate may depend on which.

use cargo_metadata::{Dependency, DependencyKind, Package};

const MODEL: &str = "certcentral-model";
const VALIDATION: &str = "certcentral-validation";
const TRANSPORT: &str = "certcentral-transport";
const FACADE: &str = "certcentral";
const JOURNAL: &str = "certcentral-journal";
const BATCH: &str = "certcentral-batch";
const SANDBOX: &str = "certcentral-sandbox";
const CLI: &str = "certcentral-cli";
const XTASK: &str = "xtask";

/// The crates of this workspace that each one may depend on. Tests and benchmarks may use any.
const EDGES: [(&str, &[&str]); 9] = [
    (MODEL, &[]),
    (VALIDATION, &[MODEL]),
    (TRANSPORT, &[MODEL]),
    (FACADE, &[MODEL, VALIDATION, TRANSPORT]),
    (JOURNAL, &[FACADE]),
    (BATCH, &[FACADE, JOURNAL]),
    (SANDBOX, &[MODEL, VALIDATION]),
    (CLI, &[FACADE, JOURNAL, BATCH, SANDBOX]),
    (XTASK, &[MODEL, VALIDATION, TRANSPORT, FACADE, JOURNAL, BATCH, SANDBOX, CLI]),
];

/// External crates that only one crate may depend on, with the feature that decides if there is one:
/// the sandbox uses hyper as a server.
const THIRD_PARTIES: [(&str, Option<&str>, &str); 3] =
    [("reqwest", None, TRANSPORT), ("hyper", Some("client"), TRANSPORT), ("rusqlite", None, BATCH)];

/// Everything that the model may depend on, and whether it must be optional.
const MODEL_DEPENDENCIES: [(&str, bool); 3] =
    [("serde", false), ("schemars", true), ("zeroize", true)];

/// How the HTTP engine's types begin in docs/api.
const ENGINE_PATHS: [&str; 4] = ["hyper::", "hyper_util::", "reqwest::", "rustls::"];

/// What a package depends on when its users build it.
fn dependencies(package: &Package) -> impl Iterator<Item = &Dependency> {
    package.dependencies.iter().filter(|it| it.kind != DependencyKind::Development)
}

/// The dependencies between the crates are those of docs/architecture.md.
pub(super) fn edges(crates: &[Package]) -> Vec<String> {
    let is_ours = |name: &str| EDGES.iter().any(|(known, _)| *known == name);
    let mut faults = Vec::new();
    for package in crates {
        let name = package.name.as_str();
        let Some((_, allowed)) = EDGES.iter().find(|(known, _)| *known == name) else {
            faults.push(format!(
                "{name} is not in the table EDGES of xtask/src/tidy/crates.rs: add the crates that \
                 it may depend on"
            ));
            continue;
        };
        for Dependency { name: other, .. } in dependencies(package) {
            if is_ours(other) && !allowed.contains(&other.as_str()) {
                faults.push(format!(
                    "{name} must not depend on {other}: move what it needs to a crate below both, \
                     or join the two in {FACADE}"
                ));
            }
        }
    }
    faults
}

/// One crate sends HTTP, and one keeps a database.
pub(super) fn third_parties(crates: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    for package in crates {
        let name = package.name.as_str();
        for dependency in dependencies(package) {
            for (theirs, feature, only) in THIRD_PARTIES {
                let uses_it = dependency.name == theirs
                    && feature.is_none_or(|it| dependency.features.iter().any(|has| has == it));
                if uses_it && name != only {
                    let with = feature.map_or(String::new(), |it| format!(" with feature {it}"));
                    faults
                        .push(format!("{name} must not depend on {theirs}{with}: only {only} may"));
                }
            }
        }
    }
    faults
}

/// The model depends on serde alone, and on what its features add.
pub(super) fn model_dependencies(crates: &[Package]) -> Vec<String> {
    let Some(model) = named(crates, MODEL) else {
        return vec![format!("there is no crate {MODEL}: correct xtask/src/tidy/crates.rs")];
    };
    let mut faults = Vec::new();
    for Dependency { name, optional, .. } in dependencies(model) {
        match MODEL_DEPENDENCIES.iter().find(|(known, _)| known == name) {
            None => faults.push(format!(
                "{MODEL} must not depend on {name}: it is data only and needs nothing but serde"
            )),
            Some((_, true)) if !optional => faults.push(format!(
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

/// Every feature of the crates below can be turned on through the facade.
pub(super) fn features_reachable_from_the_facade(crates: &[Package]) -> Vec<String> {
    let Some(facade) = named(crates, FACADE) else {
        return vec![format!("there is no crate {FACADE}: correct xtask/src/tidy/crates.rs")];
    };
    let mut faults = Vec::new();
    for below in [MODEL, VALIDATION, TRANSPORT].iter().filter_map(|name| named(crates, name)) {
        for feature in below.features.keys().filter(|name| *name != "default") {
            let always = dependencies(facade)
                .any(|it| below.name.as_str() == it.name && it.features.contains(feature));
            let path = format!("{}/{feature}", below.name);
            // `dep?/feature` turns a feature on of an optional dependency that is on anyway.
            let optional_path = format!("{}?/{feature}", below.name);
            let on_request =
                facade.features.values().flatten().any(|it| *it == path || *it == optional_path);
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

/// No public signature names the HTTP engine, so that it can be replaced.
pub(super) fn engine_in_signatures(file: &str, text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| ENGINE_PATHS.iter().any(|path| line.contains(path)))
        .map(|line| {
            format!(
                "a public signature names a type of the HTTP engine, wrap it in one of our own: \
                 {line} ({file})"
            )
        })
        .collect()
}

fn named<'a>(crates: &'a [Package], name: &str) -> Option<&'a Package> {
    crates.iter().find(|it| it.name == name)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A crate with dependencies written as `name`, `name?` (optional) or `name+feature`.
    fn sample(name: &str, dependencies: &[&str]) -> Package {
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|text| {
                let (name, feature) =
                    text.split_once('+').map_or((*text, None), |(name, it)| (name, Some(it)));
                json!({
                    "name": name.trim_end_matches('?'), "req": "*", "kind": null,
                    "optional": name.ends_with('?'), "uses_default_features": true,
                    "features": Vec::from_iter(feature)
                })
            })
            .collect();
        let package = json!({
            "name": name, "version": "0.0.0", "id": name, "manifest_path": "Cargo.toml",
            "dependencies": dependencies, "targets": [], "features": {}
        });
        serde_json::from_value(package).unwrap()
    }

    fn with_features(mut it: Package, features: &[(&str, &[&str])]) -> Package {
        for (name, turned_on) in features {
            let turned_on = turned_on.iter().map(|it| (*it).to_owned()).collect();
            it.features.insert((*name).into(), turned_on);
        }
        it
    }

    #[test]
    fn a_dependency_that_is_not_in_the_table_is_refused() {
        assert_eq!(
            edges(&[sample(VALIDATION, &[MODEL, TRANSPORT])]),
            [
                "certcentral-validation must not depend on certcentral-transport: move what it needs \
              to a crate below both, or join the two in certcentral"
            ]
        );
        assert_eq!(edges(&[sample(FACADE, &[MODEL, VALIDATION, TRANSPORT])]), [""; 0]);
    }

    #[test]
    fn a_crate_that_is_not_in_the_table_is_named() {
        let faults = edges(&[sample("certcentral-new", &[])]);
        assert!(faults[0].contains("add the crates that it may depend on"), "{faults:?}");
    }

    #[test]
    fn the_table_has_each_crate_once_and_no_circle() {
        let mut below: Vec<&str> = Vec::new();
        let mut left: Vec<_> = EDGES.to_vec();
        while !left.is_empty() {
            let ready = left
                .iter()
                .position(|(_, allowed)| allowed.iter().all(|it| below.contains(it)))
                .expect("no circle");
            let (name, _) = left.remove(ready);
            assert!(!below.contains(&name), "{name} is there twice");
            below.push(name);
        }
    }

    #[test]
    fn only_one_crate_sends_http_and_only_one_keeps_a_database() {
        assert_eq!(
            third_parties(&[
                sample(FACADE, &["reqwest"]),
                sample(SANDBOX, &["hyper+client"]),
                sample(CLI, &["rusqlite"]),
            ]),
            [
                "certcentral must not depend on reqwest: only certcentral-transport may",
                "certcentral-sandbox must not depend on hyper with feature client: only \
                 certcentral-transport may",
                "certcentral-cli must not depend on rusqlite: only certcentral-batch may",
            ]
        );
        let fine = [
            sample(TRANSPORT, &["reqwest", "hyper+client"]),
            sample(SANDBOX, &["hyper+server"]),
            sample(BATCH, &["rusqlite"]),
        ];
        assert_eq!(third_parties(&fine), [""; 0]);
    }

    #[test]
    fn the_engine_in_a_public_signature_is_refused() {
        for of in ["reqwest::Client", "hyper::body::Incoming", "rustls::Error"] {
            let text = format!("pub fn certcentral_transport::send({of})\npub fn other()\n");
            let faults = engine_in_signatures("docs/api/certcentral-transport.txt", &text);
            assert_eq!(faults.len(), 1);
            assert!(faults[0].contains("wrap it in one of our own"), "{faults:?}");
        }
    }

    #[test]
    fn the_model_with_more_than_serde_is_refused() {
        let faults = model_dependencies(&[sample(MODEL, &["serde", "uuid", "zeroize"])]);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("certcentral-model must not depend on uuid"));
        assert!(faults[1].contains("`optional = true`"));

        let model = sample(MODEL, &["serde", "schemars?", "zeroize?"]);
        assert_eq!(model_dependencies(std::slice::from_ref(&model)), [""; 0]);
        let faults = model_dependencies(&[with_features(model, &[("default", &["zeroize"])])]);
        assert_eq!(faults, ["certcentral-model must turn no feature on by default"]);
    }

    #[test]
    fn a_feature_that_the_facade_hides_is_named() {
        let model = with_features(sample(MODEL, &[]), &[("schema", &[]), ("zeroize", &[])]);
        let facade = sample(FACADE, &["certcentral-model+zeroize"]);
        assert_eq!(
            features_reachable_from_the_facade(&[model.clone(), facade.clone()]),
            ["the feature schema of certcentral-model cannot be reached from certcentral: add a \
              feature there with \"certcentral-model/schema\""]
        );
        let facade = with_features(facade, &[("schema", &["certcentral-model/schema"])]);
        assert_eq!(features_reachable_from_the_facade(&[model, facade]), [""; 0]);
    }
}
