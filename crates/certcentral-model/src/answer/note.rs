use alloc::string::String;
use alloc::vec::Vec;

use crate::answer::account::UserInfo;

answer_object! {
    /// A note on an order.
    ///
    /// `Debug` does not show the text: it may be anything.
    pub struct Note {
        /// Note ID.
        shown id: Option<u64>,
        /// When it was written, ISO 8601 in UTC.
        shown date_created: Option<String>,
        /// The text.
        hidden text: Option<String>,
        /// Who wrote it.
        shown user: Option<UserInfo>,
    }
}

answer_object! {
    /// The notes on an order: `GET /order/certificate/{order_id}/note`.
    pub struct NoteList {
        /// The notes.
        shown notes: Vec<Note>,
    }
}
