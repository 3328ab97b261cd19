//! The target `inputs`: see `provider/server/fuzz`.

#![no_main]

use fargate::server::fuzz::Target;

libfuzzer_sys::fuzz_target!(init: Target::named("inputs").plant(), |bytes: &[u8]| {
    (Target::named("inputs").run)(bytes);
});
