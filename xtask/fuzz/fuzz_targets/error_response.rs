#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| certcentral_transport::fuzzing::error_response(bytes));
