//! The target `wire`: see `provider/server/fuzz`.

#![no_main]

use fargate::server::fuzz::Target;

libfuzzer_sys::fuzz_target!(init: Target::named("wire").plant(), |bytes: &[u8]| {
    (Target::named("wire").run)(bytes);
});
