//! What goes on inside, on standard error, for whoever asks with `CERTCENTRAL_LOG`.

use std::env;
use std::io;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::show::terminal::{Paint, warn};

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
        .with_writer(io::stderr)
        .with_ansi(Paint::for_stderr().is_coloured())
        .log_internal_errors(false);
    // It fails only if somebody else has begun to log, and there is nobody else.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}
