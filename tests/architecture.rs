//! Imports point one way: a module uses only modules that stand before it in this list.

use std::{fs, path::Path};

const ORDER: [&str; 22] = [
    "error", "file", "hash", "tex", "threads", "simd", "calendar", "category", "paper", "vector",
    "source", "shelf", "embed", "store", "index", "profile", "rank", "digest", "llm", "deliver",
    "eval", "engine",
];

fn sources(dir: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn imports_point_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut checked = 0;
    for (place, module) in ORDER.iter().enumerate() {
        let mut files = Vec::new();
        let file = src.join(format!("{module}.rs"));
        if file.is_file() {
            files.push((file.display().to_string(), fs::read_to_string(&file).unwrap()));
        } else {
            sources(&src.join(module), &mut files);
        }
        assert!(!files.is_empty(), "there is no module {module}");
        for (name, text) in files {
            // Tests may reach further.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for later in &ORDER[place + 1..] {
                for import in [format!("crate::{later}::"), format!("    {later}::")] {
                    assert!(
                        !code.contains(&import),
                        "{name} uses {later}, which stands after {module}"
                    );
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 30, "only {checked} files were found");
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
