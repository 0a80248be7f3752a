//! What the checks look at, taken from cargo and git once.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::process::output;
use crate::root;

/// The workspace as the checks see it.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The members of the workspace.
    pub(super) packages: Vec<Package>,
    /// Every file that git tracks or would track, with its text.
    pub(super) files: Vec<File>,
}

/// A member of the workspace.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// Its folder from the workspace's root, with `/`.
    pub(super) folder: String,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) features: BTreeMap<String, Vec<String>>,
}

/// A dependency as a manifest states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// Whether it is there for tests and benchmarks only.
    pub(super) for_tests: bool,
    pub(super) optional: bool,
    pub(super) features: Vec<String>,
}

/// A file of the tree.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// From the workspace's root, with `/`.
    pub(super) path: String,
    /// Its text; empty for what is not UTF-8.
    pub(super) text: String,
}

impl Facts {
    /// Asks cargo and git about this workspace.
    pub(super) fn gather() -> Result<Self> {
        Ok(Self { packages: packages()?, files: files()? })
    }

    pub(super) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl Package {
    /// What it depends on when it is built for its users.
    pub(super) fn for_users(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|dependency| !dependency.for_tests)
    }
}

fn packages() -> Result<Vec<Package>> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("asking cargo for the workspace's packages")?;
    let packages = metadata.workspace_packages().into_iter().map(|package| {
        let folder = package
            .manifest_path
            .parent()
            .and_then(|folder| folder.strip_prefix(&metadata.workspace_root).ok())
            .with_context(|| format!("{} lies outside of the workspace", package.name))?;
        Ok(Package {
            name: package.name.to_string(),
            folder: folder.as_str().replace('\\', "/"),
            dependencies: package
                .dependencies
                .iter()
                .map(|dependency| Dependency {
                    name: dependency.name.clone(),
                    for_tests: dependency.kind == DependencyKind::Development,
                    optional: dependency.optional,
                    features: dependency.features.clone(),
                })
                .collect(),
            features: package.features.clone(),
        })
    });
    packages.collect()
}

/// What git tracks, and what it would track after `git add`: a fault is seen before it is
/// committed.
fn files() -> Result<Vec<File>> {
    let mut git = std::process::Command::new("git");
    git.args([
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ])
    .current_dir(root());
    let list = output(git).context("asking git for the files of the tree")?;
    let mut files = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        match fs::read(root().join(path)) {
            Ok(bytes) => files.push(File {
                path: path.to_owned(),
                text: String::from_utf8(bytes).unwrap_or_default(),
            }),
            // Removed, but not yet from the index.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {path}")),
        }
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    Ok(files)
}

/// What a check says about the sample after it was broken.
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at a fault")]
pub(super) fn said(check: fn(&Facts) -> Vec<String>, break_it: impl FnOnce(&mut Facts)) -> String {
    let mut facts = Facts::sample();
    break_it(&mut facts);
    let faults = check(&facts);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.into_iter().next().unwrap()
}

#[cfg(test)]
impl Facts {
    /// A small workspace in which all is well.
    pub(super) fn sample() -> Self {
        fn dependency(name: &str, features: &[&str]) -> Dependency {
            Dependency {
                name: name.into(),
                for_tests: false,
                optional: false,
                features: features.iter().map(|it| (*it).to_owned()).collect(),
            }
        }
        fn package(name: &str, dependencies: Vec<Dependency>) -> Package {
            Package {
                name: name.into(),
                folder: if name == "xtask" { name.into() } else { format!("crates/{name}") },
                dependencies,
                features: BTreeMap::new(),
            }
        }
        let optional = |name| Dependency { optional: true, ..dependency(name, &[]) };
        let features = |of: &[(&str, &str)]| {
            of.iter().map(|(name, turns_on)| ((*name).into(), vec![(*turns_on).into()])).collect()
        };

        let mut model = package(
            "certcentral-model",
            vec![dependency("serde", &["alloc"]), optional("schemars"), optional("zeroize")],
        );
        model.features = features(&[("schema", "dep:schemars"), ("zeroize", "dep:zeroize")]);
        let validation = package(
            "certcentral-validation",
            vec![dependency("certcentral-model", &[]), dependency("jiff", &["alloc"])],
        );
        let transport = package(
            "certcentral-transport",
            vec![dependency("certcentral-model", &["zeroize"]), dependency("hyper", &["client"])],
        );
        let mut facade = package(
            "certcentral",
            vec![
                dependency("certcentral-model", &["zeroize"]),
                dependency("certcentral-transport", &[]),
                dependency("certcentral-validation", &[]),
            ],
        );
        facade.features = features(&[("schema", "certcentral-model/schema")]);
        let packages = vec![model, validation, transport, facade, package("xtask", Vec::new())];

        let mut files = vec![
            File {
                path: "Cargo.lock".into(),
                text: "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n".into(),
            },
            File { path: "README.md".into(), text: "# certcentral\n".into() },
            File { path: ".gitignore".into(), text: "target/\n".into() },
        ];
        for package in &packages {
            files.push(File {
                path: format!("{}/Cargo.toml", package.folder),
                text: "[lints]\nworkspace = true\n".into(),
            });
            files.push(File {
                path: format!("{}/src/lib.rs", package.folder),
                text: "//! A crate.\n\n#![forbid(unsafe_code)]\n".into(),
            });
        }
        Self { packages, files }
    }

    pub(super) fn package_mut(&mut self, name: &str) -> &mut Package {
        self.packages.iter_mut().find(|package| package.name == name).unwrap()
    }

    pub(super) fn file_mut(&mut self, path: &str) -> &mut File {
        self.files.iter_mut().find(|file| file.path == path).unwrap()
    }

    pub(super) fn add_file(&mut self, path: &str, text: &str) {
        self.files.push(File { path: path.into(), text: text.into() });
    }

    pub(super) fn depend(&mut self, package: &str, on: &str, for_tests: bool) {
        self.package_mut(package).dependencies.push(Dependency {
            name: on.into(),
            for_tests,
            optional: false,
            features: Vec::new(),
        });
    }
}
