//! Whether there is a tokio runtime that HTTP can run on.

use std::cell::Cell;
use std::net::{Ipv4Addr, UdpSocket};
use std::panic::catch_unwind;
use std::time::Duration;

use tokio::runtime::{Handle, Id};

thread_local! {
    /// The runtime that was last found to be usable, so that it is tried once and not each time.
    static USABLE: Cell<Option<Id>> = const { Cell::new(None) };
}

/// Returns whether the caller is within a runtime that has time and I/O enabled.
///
/// tokio has no way to ask: it panics when a timer or a socket is made without its driver. So one
/// of each is made here, where a panic harms nothing.
pub(crate) fn is_usable() -> bool {
    let Ok(handle) = Handle::try_current() else { return false };
    let id = handle.id();
    if USABLE.get() == Some(id) {
        return true;
    }
    let usable = catch_unwind(|| {
        drop(tokio::time::sleep(Duration::ZERO));
        // Without a socket to try, for want of file descriptors, connecting fails in its own way.
        if let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
            && socket.set_nonblocking(true).is_ok()
        {
            drop(tokio::net::UdpSocket::from_std(socket));
        }
    })
    .is_ok();
    if usable {
        USABLE.set(Some(id));
    }
    usable
}
