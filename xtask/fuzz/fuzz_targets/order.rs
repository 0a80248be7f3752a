#![no_main]

#[path = "../../../crates/certcentral-validation/tests/it/fuzzing.rs"]
mod fuzzing;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzzing::order(bytes));
