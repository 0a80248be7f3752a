//! As much of HTTP/2's framing as counting requests and refusing them takes.

/// What a client begins an HTTP/2 connection with.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(super) const FRAME_HEAD: usize = 9;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

pub(super) const ACK: u8 = 1;
pub(super) const END_STREAM: u8 = 1;
const PADDED: u8 = 8;

const NO_ERROR: u32 = 0;
const REFUSED_STREAM: u32 = 7;

/// The head of a frame.
pub(super) struct FrameHead {
    pub(super) length: usize,
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
}

impl FrameHead {
    pub(super) fn read(bytes: [u8; FRAME_HEAD]) -> Self {
        let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = bytes;
        Self {
            length: u32::from_be_bytes([0, l0, l1, l2]) as usize,
            kind,
            flags,
            stream: u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]),
        }
    }
}

/// The content of a `DATA` frame without its padding.
pub(super) fn data(flags: u8, payload: &[u8]) -> &[u8] {
    if flags & PADDED == 0 {
        return payload;
    }
    match payload.split_first() {
        Some((&padding, rest)) => &rest[..rest.len().saturating_sub(usize::from(padding))],
        None => payload,
    }
}

pub(super) fn settings(flags: u8) -> Vec<u8> {
    frame(SETTINGS, flags, 0, &[])
}

pub(super) fn refuse(stream: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &REFUSED_STREAM.to_be_bytes())
}

pub(super) fn goaway() -> Vec<u8> {
    let last_processed = 0_u32.to_be_bytes();
    frame(GOAWAY, 0, 0, &[last_processed, NO_ERROR.to_be_bytes()].concat())
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    // Only the short frames above are written.
    let length = payload.len() as u8;
    let mut bytes = vec![0, 0, length, kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}
