//! The law: the JSON Schema and the rules judge every order alike. `tests/it/law.rs` holds them to
//! it with the orders that are made here.

pub mod damage;
pub mod export;
