//! The file with the orders, read as a stream: one row at a time, as often as needed.

mod defaults;
mod file;
mod finding;
mod json_lines;
mod line_places;
mod reference;
mod row;
mod source;
mod spreadsheet;

pub use self::defaults::{Defaults, InvalidDefaults};
pub use self::file::OrderFile;
pub(crate) use self::file::Rows;
pub use self::finding::Finding;
pub(crate) use self::row::OrderRow;
pub(crate) use self::source::BYTE_ORDER_MARK;
pub use self::source::OrderFileError;
