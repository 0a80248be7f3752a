//! The log on standard error, if `CERTCENTRAL_LOG` asks for one.

use std::env;
use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::show::terminal::warn;
use crate::show::text::shown;

const LOG: &str = "CERTCENTRAL_LOG";

/// Starts to log if `CERTCENTRAL_LOG` is set: to a level such as `debug`, or to targets with levels
/// such as `certcentral_transport=trace`.
pub(crate) fn start() {
    let Some(filter) = env::var_os(LOG).filter(|filter| !filter.is_empty()) else { return };
    let Some(filter) = filter.to_str().and_then(|filter| filter.parse::<Targets>().ok()) else {
        return warn(format_args!(
            "{LOG} is not understood, so nothing is logged; set it to error, warn, info, debug or \
             trace"
        ));
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(|| Shown)
        .with_ansi(AutoStream::choice(&io::stderr()) != ColorChoice::Never)
        .log_internal_errors(false);
    // It fails only if a log has been started already, and this is the only place that starts one.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}

/// Standard error, with each entry of the log made printable. An entry arrives in one piece.
struct Shown;

impl Write for Shown {
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(shown(&String::from_utf8_lossy(entry)).as_bytes())?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
