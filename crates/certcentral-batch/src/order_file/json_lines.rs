//! JSON Lines: a line an order, or a line a reference and an order.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;

use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::order_file::defaults::{Defaults, Member, members, offset};
use crate::order_file::finding::Finding;
use crate::order_file::line_places::{LinePlaces, position};
use crate::order_file::reference::reference_fault;
use crate::order_file::row::{OrderRow, Places};
use crate::order_file::source::{BYTE_ORDER_MARK, LONGEST_ROW, OrderFileError};

const REFERENCE: &str = "reference";
const ORDER: &str = "order";

/// Reads the lines of a file into one buffer, which is wiped in the end.
pub(crate) struct JsonLines<'f> {
    source: &'f File,
    defaults: Option<&'f Defaults>,
    buffer: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
    at_end: bool,
    line: u64,
}

impl<'f> JsonLines<'f> {
    pub(super) fn new(source: &'f File, defaults: Option<&'f Defaults>) -> Self {
        Self {
            source,
            defaults,
            buffer: Zeroizing::new(vec![0; LONGEST_ROW]),
            start: 0,
            end: 0,
            at_end: false,
            line: 0,
        }
    }

    /// The first line with something in it whose number is at least this.
    pub(super) fn row(&mut self, number: u64) -> Result<Option<OrderRow<'_>>, OrderFileError> {
        let (start, end) = loop {
            let Some((start, end)) = self.next_line()? else { return Ok(None) };
            if self.line >= number && !self.buffer[start..end].trim_ascii().is_empty() {
                break (start, end);
            }
        };
        Ok(Some(row(self.line, &self.buffer[start..end], self.defaults)))
    }

    /// Where the next line is in the buffer.
    fn next_line(&mut self) -> Result<Option<(usize, usize)>, OrderFileError> {
        let mut searched = self.start;
        loop {
            if let Some(found) = self.buffer[searched..self.end].iter().position(|&b| b == b'\n') {
                let line = (self.start, searched + found);
                self.start = line.1 + 1;
                return Ok(Some(self.without_mark(line)));
            }
            if self.at_end {
                let line = (self.start, self.end);
                self.start = self.end;
                return Ok((line.0 < line.1).then(|| self.without_mark(line)));
            }
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            searched = self.end;
            if self.end == self.buffer.len() {
                return Err(OrderFileError::RowTooLong { row: self.line + 1 });
            }
            let read = self.source.read(&mut self.buffer[self.end..]);
            match read.map_err(OrderFileError::Read)? {
                0 => self.at_end = true,
                read => self.end += read,
            }
        }
    }

    fn without_mark(&mut self, (start, end): (usize, usize)) -> (usize, usize) {
        self.line += 1;
        let has_mark = self.line == 1 && self.buffer[start..end].starts_with(BYTE_ORDER_MARK);
        (if has_mark { start + BYTE_ORDER_MARK.len() } else { start }, end)
    }
}

fn row<'a>(number: u64, line: &'a [u8], defaults: Option<&Defaults>) -> OrderRow<'a> {
    let mut row = OrderRow {
        number,
        reference: None,
        json: line,
        findings: Vec::new(),
        places: Places::Line(LinePlaces { number, line, start: 0, filled: None }),
    };
    // What cannot be read is reported when it is checked.
    let Some((text, root)) = str::from_utf8(line)
        .ok()
        .and_then(|text| Some((text, serde_json::from_str::<&RawValue>(text).ok()?)))
    else {
        return row;
    };
    let order = match members(root) {
        Some(members) if is_wrapped(&members) => unwrap(&mut row, text, &members),
        _ => Some(root),
    };
    let Some(order) = order else {
        row.json = b"";
        return row;
    };
    let start = offset(text, order.get());
    let filled = defaults.and_then(|defaults| defaults.fill(order.get()));
    row.json = order.get().as_bytes();
    row.places = Places::Line(LinePlaces { number, line, start, filled });
    row
}

/// Whether the order is in a member of the line: no order has members with these names.
fn is_wrapped(members: &[Member<'_>]) -> bool {
    members.iter().any(|member| member.name == ORDER || member.name == REFERENCE)
}

/// Takes the order out of a line that has its reference, too.
fn unwrap<'a>(
    row: &mut OrderRow<'a>,
    line: &'a str,
    members: &[Member<'a>],
) -> Option<&'a RawValue> {
    let mut order = None;
    let mut reference = None;
    let number = row.number;
    let mut fault = |path: &'static str, code, message: Cow<'static, str>, piece: &str| {
        let mut finding = Finding::error(path, code, message);
        finding.position = Some(position(number, line.as_bytes(), offset(line, piece)));
        row.findings.push(finding);
    };
    for member in members {
        let seen = match &*member.name {
            ORDER => &mut order,
            REFERENCE => &mut reference,
            _ => {
                let message = "only `reference` and `order` may be in a line that has one of \
                               them: the members of the order belong into `order`";
                fault("", "unknown_member", message.into(), member.key.get());
                continue;
            }
        };
        if seen.replace(member.value).is_some() {
            fault("", "duplicate_member", "is there twice".into(), member.key.get());
        }
    }
    if let Some(raw) = reference {
        match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => match reference_fault(&text) {
                None => row.reference = Some(text),
                Some((code, message)) => fault("/reference", code, message.into(), raw.get()),
            },
            Err(_) => {
                fault(
                    "/reference",
                    "wrong_type",
                    "must be a string: write it in quotes".into(),
                    raw.get(),
                );
            }
        }
    }
    if order.is_none() {
        let whole = line.trim_start();
        fault("/order", "required", "is missing: the order belongs into it".into(), whole);
    }
    order
}
