//! Imports point one way: between modules by the list below, between files without circles, and no verb of the
//! command line uses another.
//!
//! A path is followed through re-exports to the file that defines it. A module's root and its parts are one unit: the
//! root may name its parts, and parts what the root itself defines.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use regex::Regex;

/// A module uses only modules that stand before it.
const ORDER: [&str; 30] = [
    "message", "error", "file", "text", "net", "hash", "markup", "tex", "person", "threads",
    "simd", "calendar", "category", "paper", "row", "vector", "source", "shelf", "embed",
    "vectors", "profile", "rank", "reader", "day", "store", "digest", "llm", "deliver", "eval",
    "engine",
];

type Module = Vec<String>;

/// The code of every module, without comments and tests.
struct Sources {
    code: BTreeMap<Module, String>,
    /// What modules re-export: by module and name, the path as it is written there.
    aliases: BTreeMap<(Module, String), Vec<String>>,
}

impl Sources {
    fn read() -> Self {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut sources = Sources { code: BTreeMap::new(), aliases: BTreeMap::new() };
        sources.read_folder(&src, &Vec::new());
        let modules: Vec<Module> = sources.code.keys().cloned().collect();
        for module in modules {
            for (is_public, path, name) in imports(&sources.code[&module]) {
                if is_public {
                    sources.aliases.insert((module.clone(), name), path);
                }
            }
        }
        sources
    }

    fn read_folder(&mut self, folder: &Path, module: &Module) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let mut inner = module.clone();
            if path.is_dir() {
                inner.push(name);
                self.read_folder(&path, &inner);
                continue;
            }
            // Tests may reach further; the two crates are only lists of modules.
            if name == "tests" || ["lib", "main"].contains(&name.as_str()) {
                continue;
            }
            if name != "mod" {
                inner.push(name);
            }
            self.code.insert(inner, code(&fs::read_to_string(&path).unwrap()));
        }
    }

    /// The module that defines what a path in `module` leads to; `None` outside of this package.
    fn resolve(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (mut at, rest) = match path[0].as_str() {
            "crate" | "paperlark" => (Vec::new(), &path[1..]),
            "self" => (module.clone(), &path[1..]),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                (module[..module.len().checked_sub(ups)?].to_vec(), &path[ups..])
            }
            _ => {
                let child = [&module[..], &path[..1]].concat();
                if !self.code.contains_key(&child) {
                    return None;
                }
                (child, &path[1..])
            }
        };
        for (n, part) in rest.iter().enumerate() {
            let inner = [&at[..], std::slice::from_ref(part)].concat();
            if self.code.contains_key(&inner) {
                at = inner;
                continue;
            }
            if let Some(target) = self.aliases.get(&(at.clone(), part.clone())) {
                let target = [&target[..], &rest[n + 1..]].concat();
                return self.resolve(&at, &target).or(Some(at));
            }
            break;
        }
        (!at.is_empty()).then_some(at)
    }

    /// The modules that each module uses.
    fn edges(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let inline = Regex::new(r"\b(?:crate|super|paperlark)(?:::[A-Za-z_]\w*)+").unwrap();
        let edges = self.code.iter().map(|(module, code)| {
            let used = imports(code).into_iter().map(|(_, path, _)| path);
            let written = inline.find_iter(code);
            let written =
                written.map(|found| found.as_str().split("::").map(str::to_owned).collect());
            let targets = used.chain(written).filter_map(|path| self.resolve(module, &path));
            (module, targets.filter(|target| target != module).collect())
        });
        edges.collect()
    }
}

/// The text without comments and without modules of tests.
fn code(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            // The item ends with its brace or semicolon at the start of a line.
            let item = lines.next().unwrap_or_default();
            if item.ends_with('{') {
                lines.by_ref().find(|line| *line == "}");
            }
            continue;
        }
        if !line.trim_start().starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// What the code imports: whether it is re-exported, the path, and its name here.
fn imports(code: &str) -> Vec<(bool, Vec<String>, String)> {
    let statement = Regex::new(r"(?m)^\s*(pub(?:\([a-z]+\))? )?use ([^;]+);").unwrap();
    let mut found = Vec::new();
    for import in statement.captures_iter(code) {
        let tree: String = import[2].split_whitespace().collect::<Vec<_>>().join(" ");
        let mut paths = Vec::new();
        leaves(&tree, &Vec::new(), &mut paths);
        for (path, name) in paths {
            found.push((import.get(1).is_some(), path, name));
        }
    }
    found
}

/// The paths of a tree of imports, and the names that they get.
fn leaves(tree: &str, before: &[String], paths: &mut Vec<(Vec<String>, String)>) {
    let tree = tree.trim();
    if let Some(inner) = tree.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
        let (mut depth, mut from) = (0, 0);
        for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !inner[from..at].trim().is_empty() {
                        leaves(&inner[from..at], before, paths);
                    }
                    from = at + 1;
                }
                _ => {}
            }
        }
    } else if let Some((first, rest)) = tree.split_once("::") {
        let before = [before, &[first.trim().to_owned()]].concat();
        leaves(rest, &before, paths);
    } else {
        let (item, name) = tree.split_once(" as ").unwrap_or((tree, tree));
        let mut path = before.to_vec();
        if item != "self" || path.is_empty() {
            path.push(item.to_owned());
        }
        paths.push((path, name.to_owned()));
    }
}

#[test]
fn imports_point_one_way() {
    let sources = Sources::read();
    let place = |module: &Module| ORDER.iter().position(|name| *name == module[0]);
    for (module, targets) in sources.edges() {
        // The command line comes after everything.
        let Some(own) = place(module) else {
            assert_eq!(module[0], "cli", "{} has no place in the order", module.join("::"));
            continue;
        };
        for target in targets {
            let other = place(&target).unwrap_or(ORDER.len());
            let names = (module.join("::"), target.join("::"));
            assert!(other <= own, "{} uses {}, which stands after it", names.0, names.1);
        }
    }
    assert!(sources.code.len() > 150, "only {} files were found", sources.code.len());
}

#[test]
fn no_files_import_each_other() {
    let sources = Sources::read();
    let mut edges = sources.edges();
    for (module, targets) in &mut edges {
        targets.retain(|target| !module.starts_with(target) && !target.starts_with(module));
    }
    // Files that import nothing that is left are taken away, until only circles remain.
    loop {
        let leaf = edges.iter().find(|(_, targets)| targets.is_empty());
        let Some(leaf) = leaf.map(|(module, _)| (*module).clone()) else { break };
        edges.remove(&leaf);
        edges.values_mut().for_each(|targets| {
            targets.remove(&leaf);
        });
    }
    // What leads to a circle is none itself.
    loop {
        let used: BTreeSet<Module> = edges.values().flatten().cloned().collect();
        let before = edges.len();
        edges.retain(|module, _| used.contains(*module));
        if edges.len() == before {
            break;
        }
    }
    let circles: Vec<String> = edges
        .iter()
        .map(|(module, targets)| {
            let targets: Vec<String> = targets.iter().map(|target| target.join("::")).collect();
            format!("{} -> {}", module.join("::"), targets.join(", "))
        })
        .collect();
    assert!(circles.is_empty(), "circles:\n{}", circles.join("\n"));
}

#[test]
fn no_verb_imports_a_verb() {
    let sources = Sources::read();
    let root = &sources.code[&vec!["cli".to_owned()]];
    let verb = Regex::new(r"^    [A-Z]\w*\((\w+)::\w+\),").unwrap();
    let verbs: BTreeSet<String> =
        root.lines().filter_map(|line| Some(verb.captures(line)?[1].to_owned())).collect();
    assert!(verbs.len() > 15, "{verbs:?}");
    let of = |module: &Module| {
        let name = module.get(1).filter(|name| module[0] == "cli" && verbs.contains(*name));
        name.cloned()
    };
    for (module, targets) in sources.edges() {
        let Some(own) = of(module) else { continue };
        for other in targets.iter().filter_map(of) {
            assert_eq!(own, other, "{} imports a verb", module.join("::"));
        }
    }
}

#[test]
fn every_module_has_its_place() {
    let lib = include_str!("../src/lib.rs");
    let modules = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    for module in modules {
        assert!(ORDER.contains(&module), "{module} has no place in the order of imports");
    }
}

/// The reader of sources sees what it should.
#[test]
fn paths_are_found_whole() {
    let text = "use a::{self, b::C as D, e::{F, G}};\n#[cfg(test)]\nmod tests {\n    use x::Y;\n}\npub use h;\n";
    let names: Vec<String> = imports(&code(text))
        .into_iter()
        .map(|(public, path, name)| format!("{public} {} {name}", path.join("::")))
        .collect();
    let expected =
        ["false a self", "false a::b::C D", "false a::e::F F", "false a::e::G G", "true h h"];
    assert_eq!(names, expected);
}

#[test]
fn every_file_of_tests_is_run() {
    let suite = include_str!("suite.rs");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(module) = name.strip_suffix(".rs") else { continue };
        let is_binary = ["suite", "transformer"].contains(&module);
        assert!(is_binary || suite.contains(&format!("\nmod {module};\n")), "{name} is not run");
    }
}
