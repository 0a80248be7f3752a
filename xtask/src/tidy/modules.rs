//! Which module imports which, inside a crate: no circles, and nothing from the crate's root.
//!
//! Read from the source with `syn`: `use` items and written-out paths. The input of
//! macros is not read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::Package;
use syn::visit::{self, Visit};

/// The modules of a package's libraries and programs.
pub(super) struct Source {
    package: String,
    targets: Vec<Target>,
}

/// The modules of one target, by their paths; the path of the root is empty.
type Target = BTreeMap<ModulePath, Module>;

type ModulePath = Vec<String>;

static ROOT: ModulePath = Vec::new();

/// The paths that a module mentions, from the crate's root.
#[derive(Default)]
struct Module {
    paths: BTreeSet<Vec<String>>,
}

impl Source {
    /// Reads all modules that are declared from the roots of a package's targets on.
    pub(super) fn read(package: &Package) -> Result<Self> {
        let mut targets = Vec::new();
        for target in package.targets.iter().filter(|it| it.is_lib() || it.is_bin()) {
            let mut modules = Target::new();
            read_file(target.src_path.as_std_path(), &mut modules)?;
            targets.push(modules);
        }
        Ok(Self { package: package.name.to_string(), targets })
    }

    /// How many modules there are.
    pub(super) fn len(&self) -> usize {
        self.targets.iter().map(Target::len).sum()
    }

    /// Modules that import each other, directly or through others.
    pub(super) fn circles(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for modules in &self.targets {
            let edges = edges(modules);
            let mut done: BTreeSet<&ModulePath> = BTreeSet::new();
            for start in edges.keys() {
                let Some(circle) = circle(&edges, start) else { continue };
                if circle.iter().any(|module| done.contains(*module)) {
                    continue;
                }
                let shown: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
                faults.push(format!(
                    "modules of {} import each other: {} -> {}; move what they share to a module \
                     below them",
                    self.package,
                    shown.join(" -> "),
                    start.join("::"),
                ));
                done.extend(circle);
            }
        }
        faults
    }

    /// Imports that hide where a thing is: `crate::Thing` instead of `crate::module::Thing`.
    pub(super) fn imports_from_the_root(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for modules in &self.targets {
            for (path, module) in modules.iter().filter(|(path, _)| !path.is_empty()) {
                let from_root = module.paths.iter().filter(|it| target_of(modules, it).is_empty());
                let names: Vec<String> =
                    from_root.map(|it| format!("crate::{}", it.join("::"))).collect();
                if !names.is_empty() {
                    faults.push(format!(
                        "{} of {} imports {}: name the module that has it",
                        path.join("::"),
                        self.package,
                        names.join(", "),
                    ));
                }
            }
        }
        faults
    }
}

/// Which modules each one imports from, the root left out.
fn edges(modules: &Target) -> BTreeMap<&ModulePath, BTreeSet<&ModulePath>> {
    let mut edges = BTreeMap::new();
    for (path, module) in modules.iter().filter(|(path, _)| !path.is_empty()) {
        let imported = module.paths.iter().map(|it| target_of(modules, it));
        edges.insert(path, imported.filter(|it| !it.is_empty() && *it != path).collect());
    }
    edges
}

/// The innermost module on a path.
fn target_of<'a>(modules: &'a Target, path: &[String]) -> &'a ModulePath {
    let prefixes = (0..=path.len()).rev().map(|length| path[..length].to_vec());
    prefixes
        .filter_map(|prefix| modules.get_key_value(&prefix))
        .map(|(path, _)| path)
        .next()
        .unwrap_or(&ROOT)
}

/// The shortest way from a module back to itself, if there is one.
fn circle<'a>(
    edges: &BTreeMap<&'a ModulePath, BTreeSet<&'a ModulePath>>,
    start: &'a ModulePath,
) -> Option<Vec<&'a ModulePath>> {
    let mut came_from: BTreeMap<&ModulePath, &ModulePath> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(module) = queue.pop_front() {
        for next in edges.get(module).into_iter().flatten() {
            if *next == start {
                let mut way = vec![module];
                while let Some(before) = came_from.get(way[way.len() - 1]) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, module);
                queue.push_back(next);
            }
        }
    }
    None
}

/// Reads the root file of a target, and all files that it declares.
fn read_file(root: &Path, modules: &mut Target) -> Result<()> {
    let folder = root.parent().unwrap_or(root).to_owned();
    let mut queue = vec![(ModulePath::new(), root.to_owned(), folder)];
    while let Some((path, file, folder)) = queue.pop() {
        let text =
            fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        for child in read_text(&path, &text, modules)
            .with_context(|| format!("parsing {}", file.display()))?
        {
            let (file, folder) = file_of(&child, &path, &folder);
            queue.push((child, file, folder));
        }
    }
    Ok(())
}

/// The file of a module declared with `mod name;`, and the folder of its own modules.
fn file_of(child: &[String], parent: &[String], folder: &Path) -> (PathBuf, PathBuf) {
    let own: PathBuf = folder.join(child[parent.len()..].join("/"));
    let with_children = own.join("mod.rs");
    if with_children.exists() { (with_children, own) } else { (own.with_extension("rs"), own) }
}

/// Adds a file's modules; gives those that are declared there and are files of their own.
fn read_text(path: &[String], text: &str, modules: &mut Target) -> Result<Vec<ModulePath>> {
    let mut reader = Reader { modules, at: path.to_vec(), children: Vec::new(), files: Vec::new() };
    reader.module(&syn::parse_file(text)?.items);
    Ok(reader.files)
}

/// Walks through a file.
struct Reader<'a> {
    modules: &'a mut Target,
    at: ModulePath,
    /// The modules declared in the module at hand.
    children: Vec<String>,
    files: Vec<ModulePath>,
}

impl Reader<'_> {
    fn module(&mut self, items: &[syn::Item]) {
        self.modules.entry(self.at.clone()).or_default();
        let declared = items.iter().filter_map(|item| match item {
            syn::Item::Mod(module) => Some(module.ident.to_string()),
            _ => None,
        });
        let outer = std::mem::replace(&mut self.children, declared.collect());
        items.iter().for_each(|item| self.visit_item(item));
        self.children = outer;
    }

    /// Notes a path if it leads to this crate.
    fn note(&mut self, path: &[String]) {
        let mut from = self.at.clone();
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate") => {
                from.clear();
                rest = &path[1..];
            }
            Some("self" | "super") => {
                while let Some(first @ ("self" | "super")) = rest.first().map(String::as_str) {
                    if first == "super" {
                        from.pop();
                    }
                    rest = &rest[1..];
                }
            }
            Some(name) if path.len() > 1 && self.children.iter().any(|it| it == name) => {}
            _ => return,
        }
        from.extend_from_slice(rest);
        if let Some(module) = self.modules.get_mut(&self.at) {
            module.paths.insert(from);
        }
    }

    fn note_use(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.note_use(&path.tree, &with(&path.ident)),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|it| self.note_use(it, before));
            }
            syn::UseTree::Name(name) if name.ident == "self" => self.note(before),
            syn::UseTree::Name(name) => self.note(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.note(&with(&rename.ident)),
            _ => self.note(before),
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let mut inner = self.at.clone();
        inner.push(module.ident.to_string());
        match &module.content {
            Some((_, items)) => {
                let outer = std::mem::replace(&mut self.at, inner);
                self.module(items);
                self.at = outer;
            }
            // A file elsewhere is no part of the tree.
            None if module.attrs.iter().any(|it| it.path().is_ident("path")) => {}
            None => self.files.push(inner),
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.note_use(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|it| it.ident.to_string()).collect();
        if path.leading_colon.is_none() && segments.len() > 1 {
            self.note(&segments);
        }
        visit::visit_path(self, path);
    }

    /// `pub(in crate::somewhere)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package of modules given as path and text.
    fn source(files: &[(&str, &str)]) -> Source {
        let mut modules = Target::new();
        for (path, text) in files {
            let path: ModulePath =
                path.split("::").filter(|it| !it.is_empty()).map(str::to_owned).collect();
            read_text(&path, text, &mut modules).unwrap();
        }
        Source { package: "sample".into(), targets: vec![modules] }
    }

    const ROOT: (&str, &str) = ("", "mod a; mod b; mod c; pub use a::A; pub use b::B;");

    #[test]
    fn a_circle_of_two_is_named_however_it_is_written() {
        for there in [
            "use crate::b::B;",
            "use super::b;",
            "use crate::{b::{self, B}, c::C};",
            "use crate::b::*;",
            "fn f() { crate::b::g() }",
            "type X = Vec<super::b::B>;",
        ] {
            let source = source(&[ROOT, ("a", there), ("b", "use crate::a::A;"), ("c", "")]);
            assert_eq!(
                source.circles(),
                ["modules of sample import each other: a -> b -> a; move what they share to a \
                  module below them"],
                "{there}"
            );
        }
    }

    #[test]
    fn a_circle_of_three_is_one_fault() {
        let source = source(&[
            ROOT,
            ("a", "use crate::b::B;"),
            ("b", "use crate::c::C;"),
            ("c", "use crate::a::A;"),
        ]);
        assert_eq!(source.circles().len(), 1);
        assert!(source.circles()[0].contains("a -> b -> c -> a"), "{:?}", source.circles());
    }

    #[test]
    fn a_parent_and_its_child_can_be_a_circle_too() {
        let parent = ("a", "mod child; pub use self::child::X; fn helper() {}");
        let child = ("a::child", "use super::helper;");
        assert_eq!(source(&[ROOT, parent, child, ("b", ""), ("c", "")]).circles().len(), 1);
        let parent = ("a", "mod child; fn f() { child::run() }");
        assert_eq!(source(&[ROOT, parent, child, ("b", ""), ("c", "")]).circles().len(), 1);
        let sibling = ("a::child", "use super::super::b::B;");
        assert_eq!(source(&[ROOT, parent, sibling, ("b", ""), ("c", "")]).circles(), [""; 0]);
    }

    #[test]
    fn tests_inside_a_module_may_name_it() {
        let source = source(&[
            ROOT,
            ("a", "use crate::b::B; #[cfg(test)] mod tests { use super::*; }"),
            ("b", "use std::fmt; use a_crate::a; #[cfg(test)] mod tests { use crate::a::A; }"),
            ("c", ""),
        ]);
        assert_eq!(source.circles(), [""; 0]);
        assert_eq!(source.imports_from_the_root(), [""; 0]);
    }

    #[test]
    fn an_import_from_the_root_is_named() {
        for there in ["use crate::A;", "use super::A;", "fn f() -> crate::A {}", "use crate::{A};"]
        {
            let source = source(&[ROOT, ("a", ""), ("b", there), ("c", "")]);
            assert_eq!(
                source.imports_from_the_root(),
                ["b of sample imports crate::A: name the module that has it"],
                "{there}"
            );
        }
    }
}
