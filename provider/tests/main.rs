//! What no single module can test: the repository's own rules, Pulumi's wire contract, and the
//! built binary.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod binary;
mod cloud;
mod documents;
mod edges;
mod engine;
mod pages;
mod picture;
mod scan;
mod texts;
mod throttling;
mod tidy;
mod troubleshooting;
mod wire;

/// A file of the repository as text.
fn text(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
