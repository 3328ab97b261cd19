//! The target `request`: see `provider/server/fuzz`.

#![no_main]

use fargate::server::fuzz::Target;

libfuzzer_sys::fuzz_target!(init: Target::named("request").plant(), |bytes: &[u8]| {
    (Target::named("request").run)(bytes);
});
