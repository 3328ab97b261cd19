//! What the fuzzer in `dev/fuzz` calls with bytes of its making, and the tests with those that it
//! has found worth keeping (`dev/fuzz/corpus`).
//!
//! A target panics when a promise is broken. Whatever comes: no panic, no hang, always an answer
//! or a status, and none that the engine chokes on.

#![expect(clippy::expect_used, clippy::panic, reason = "a broken promise has to be seen")]

use std::path::Path;

use prost::Message;
use prost_types::Struct;

mod promises;
mod requests;
mod seeds;

use self::promises::{assert_same, assert_whole, is_path};
use super::convert;
use crate::component::{Args, Place};
use crate::error::Kind;

/// A target: what it is called, what it does with bytes, what bytes it begins with, and which the
/// fuzzer has found (a line each, in hex).
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub seeds: fn() -> Vec<Vec<u8>>,
    pub found: &'static str,
}

macro_rules! found {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/dev/fuzz/corpus/", $name, ".txt"))
    };
}

/// All targets.
pub const TARGETS: [Target; 3] = [
    Target { name: "wire", run: wire, seeds: seeds::wire, found: found!("wire") },
    Target {
        name: "request",
        run: requests::run,
        seeds: seeds::requests,
        found: found!("request"),
    },
    Target { name: "inputs", run: inputs, seeds: seeds::wire, found: found!("inputs") },
];

impl Target {
    /// The target of this name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn named(name: &str) -> &'static Self {
        TARGETS.iter().find(|target| target.name == name).expect("a target of this name")
    }

    /// What the fuzzer has found.
    ///
    /// # Panics
    /// When a line is not hex.
    #[must_use]
    pub fn corpus(&self) -> Vec<Vec<u8>> {
        let byte = |line: &str, at| u8::from_str_radix(&line[at..at + 2], 16).expect("hex");
        let bytes = |line: &str| (0..line.len()).step_by(2).map(|at| byte(line, at)).collect();
        self.found.lines().map(bytes).collect()
    }

    /// Writes its seeds and its corpus into the folder that `FUZZ_SEEDS` names, for the fuzzer to
    /// begin with.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn plant(&self) {
        let Some(folder) = std::env::var_os("FUZZ_SEEDS") else { return };
        for (number, seed) in (self.seeds)().iter().chain(&self.corpus()).enumerate() {
            let path = Path::new(&folder).join(format!("seed-{number}"));
            std::fs::write(path, seed).expect("a seed is written");
        }
    }
}

/// Objects: what was read is written and read again the same.
fn wire(bytes: &[u8]) {
    let Ok(object) = Struct::decode(bytes) else { return };
    let Ok(read) = convert::read(Some(object)) else { return };
    let for_components = convert::write_outputs(read.clone());
    assert_whole(Some(&for_components));
    assert_same(&convert::read(Some(for_components)).expect("it was just written"), &read);
    let for_resources = convert::write(read);
    assert_whole(Some(&for_resources));
    let once = convert::read(Some(for_resources)).expect("it was just written");
    let twice = convert::read(Some(convert::write(once.clone()))).expect("it was just written");
    assert_same(&twice, &once);
}

/// The component's inputs: what is wrong is told at places that there are.
fn inputs(bytes: &[u8]) {
    let Ok(object) = Struct::decode(bytes) else { return };
    let Ok(inputs) = convert::read(Some(object)) else { return };
    match Args::read(&inputs, &Place::default()) {
        Ok(args) => drop(args.warned()),
        Err(error) => {
            let Kind::Input(problems) = error.kind() else { panic!("{error}") };
            assert!(!problems.is_empty());
            for problem in problems {
                let root = problem.path.split(['.', '[']).next().unwrap_or_default();
                assert!(is_path(&problem.path), "`{}` is no path", problem.path);
                assert!(
                    inputs.contains_key(root)
                        || Args::names().contains(&root)
                        || problem.path.starts_with("[\""),
                    "`{}` is nowhere in {inputs:?}",
                    problem.path
                );
                assert!(
                    problem.reason.ends_with(['.', '?', ')']),
                    "{} is no sentence",
                    problem.reason
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TARGETS;

    #[test]
    fn what_the_fuzzer_begins_with_keeps_every_promise() {
        for target in &TARGETS {
            for seed in (target.seeds)() {
                (target.run)(&seed);
            }
        }
    }

    #[test]
    fn what_the_fuzzer_found_worth_keeping_keeps_every_promise() {
        for target in &TARGETS {
            let corpus = target.corpus();
            assert!(!corpus.is_empty(), "the corpus of {} is empty", target.name);
            for bytes in corpus {
                (target.run)(&bytes);
            }
        }
    }
}
