//! What people get to see: streams and colours, reports with the lines of a file, and commands to
//! go on with. Nothing of a file or a server reaches a terminal raw.

pub(crate) mod answer;
pub(crate) mod excerpt;
pub(crate) mod mask;
pub(crate) mod member;
pub(crate) mod paint;
pub(crate) mod question;
pub(crate) mod report;
pub(crate) mod sheet;
pub(crate) mod shell;
pub(crate) mod terminal;
pub(crate) mod text;
pub(crate) mod wrap;
