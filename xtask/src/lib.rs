//! What `cargo xtask` does, as a library, so that its own tests can ask the same questions.

#![forbid(unsafe_code)]

pub mod ci;
pub mod codegen;
pub mod generated;
pub mod law;
pub mod payloads;
pub mod process;
pub mod public_api;
pub mod tidy;
pub mod workspace;
