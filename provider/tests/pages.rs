//! The pages in docs/: each input is on one that shows how it is used, and Pulumi's registry can show
//! those that are for it.

use std::path::Path;

use serde_json::Value as Json;

use crate::text;

/// Inputs of which no how-to speaks, each with the reason.
const WITHOUT_HOW_TO: &[(&str, &str)] = &[];

fn is_page(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == "md")
}

fn names_in(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.expect("an entry").file_name().into_string().expect("text")
    };
    entries.expect("the folder").map(name).collect()
}

fn how_tos() -> Vec<(String, String)> {
    let pages = names_in("docs/how-to").into_iter().filter(|name| name != "README.md");
    let with_text = |name: String| {
        let page = text(&format!("docs/how-to/{name}"));
        (name, page)
    };
    pages.map(with_text).collect()
}

#[test]
fn each_input_is_on_a_page_that_shows_its_use() {
    let schema: Json = serde_json::from_str(&text("schema.json")).expect("JSON");
    let inputs = &schema["resources"]["fargate:index:FargateWebService"]["inputProperties"];
    let inputs = inputs.as_object().expect("the inputs");
    assert!(inputs.len() > 50, "only {} inputs are found", inputs.len());
    let pages: String = how_tos().into_iter().map(|(_, page)| page).collect();
    // As the name of a property of a program, or in backticks.
    let named = |name: &str| {
        ["`", "      "].iter().any(|before| {
            ["`", ":", "."].iter().any(|after| pages.contains(&format!("{before}{name}{after}")))
        })
    };
    for (name, why) in WITHOUT_HOW_TO {
        assert!(inputs.contains_key(*name) && !named(name), "{name} needs no exception: {why}");
    }
    let missing: Vec<_> = inputs
        .keys()
        .filter(|name| !named(name) && !WITHOUT_HOW_TO.iter().any(|(it, _)| it == name))
        .collect();
    assert!(
        missing.is_empty(),
        "no page of docs/how-to says how these are used: {missing:?}. Add them to the page of their subject, with a \
         program where one helps, or to WITHOUT_HOW_TO with the reason."
    );
}

#[test]
fn each_page_is_listed() {
    let list = text("docs/README.md");
    for name in names_in("docs") {
        if is_page(&name) && name != "README.md" {
            let named = list.contains(&format!("]({name})")) || list.contains(&format!("`{name}`"));
            assert!(named, "docs/README.md does not list {name}");
        }
    }
}

#[test]
fn each_how_to_has_a_program_and_is_listed() {
    let list = text("docs/how-to/README.md");
    for (name, page) in how_tos() {
        // An example has a story of its own, and the page shows all of it.
        let example = text("examples/build/yaml/Pulumi.yaml");
        assert!(
            page.contains("```yaml\nname: shop\nruntime: yaml\n")
                || page.contains(&format!("```yaml\n{example}```\n")),
            "{name} has no program in YAML"
        );
        assert!(list.contains(&format!("]({name})")), "docs/how-to/README.md does not list {name}");
    }
}

/// What Pulumi's registry takes of docs/, by fixed names.
const OF_THE_REGISTRY: &[&str] = &["docs/_index.md", "docs/installation-configuration.md"];

/// What the registry cannot show: it copies the two pages alone, to another place.
fn not_for_the_registry(page: &str) -> Option<String> {
    let matter = page.strip_prefix("---\n").and_then(|it| it.split_once("\n---\n"));
    let Some((matter, body)) = matter else { return Some("no front matter".to_owned()) };
    for key in ["title: ", "meta_desc: ", "layout: package"] {
        if !matter.lines().any(|line| line.starts_with(key)) {
            return Some(format!("the front matter has no {key}"));
        }
    }
    let links = body.split("](").skip(1).filter_map(|it| it.split_once(')')).map(|(it, _)| it);
    let relative = |link: &&str| !link.starts_with("https://") && !link.starts_with('#');
    if let Some(link) = links.clone().find(|link| relative(link) || is_page(link)) {
        return Some(format!("the link {link} leads nowhere there"));
    }
    let html = |line: &&str| line.contains("</") || line.contains("<a ") || line.contains("<img");
    body.lines().find(html).map(|line| format!("HTML: {line}"))
}

#[test]
fn the_registry_can_show_its_pages() {
    for page in OF_THE_REGISTRY {
        assert_eq!(not_for_the_registry(&text(page)), None, "{page}");
    }
    let right = "---\ntitle: T\nmeta_desc: M\nlayout: package\n---\n[a](https://b.c)\n";
    assert_eq!(not_for_the_registry(right), None);
    for (from, to) in [
        ("meta_desc", "desc"),
        ("https://b.c", "x.md"),
        ("https://b.c", "https://b.c/x.md"),
        ("[a]", "<img src=x>"),
    ] {
        assert!(not_for_the_registry(&right.replace(from, to)).is_some(), "{to}");
    }
}
