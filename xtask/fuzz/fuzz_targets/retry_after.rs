#![no_main]

#[allow(dead_code)]
#[path = "../../../crates/certcentral-transport/tests/it/fuzzing.rs"]
mod fuzzing;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzzing::retry_after(bytes));
