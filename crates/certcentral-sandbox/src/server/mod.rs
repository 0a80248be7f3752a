//! The server: connections, the account that they share, and the API that answers.

mod account;
mod api;
mod connection;
mod product;

pub(crate) use self::account::Account;
pub(crate) use self::api::{BASE_PATH, router};
pub(crate) use self::connection::accept;
pub(crate) use self::product::Product;
