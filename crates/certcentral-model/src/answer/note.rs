use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::answer::account::UserInfo;
use crate::answer::read::member;

answer_object! {
    /// A note on an order.
    ///
    /// Its text is whatever somebody wrote, so `Debug` does not show it.
    pub struct Note {
        /// Note ID.
        shown id: Option<u64>,
        /// When it was written, ISO 8601 in UTC.
        shown date_created: Option<String>,
        /// What it says.
        hidden text: Option<String>,
        /// Who wrote it.
        shown user: Option<UserInfo>,
    }
}

/// The notes on an order: `GET /order/certificate/{order_id}/note`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NoteList {
    /// The notes.
    #[serde(default, deserialize_with = "member", skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}
