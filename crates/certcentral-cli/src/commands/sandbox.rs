//! `certcentral sandbox`: a stand-in for CertCentral, until it is stopped.

use std::error::Error;
use std::time::Duration;

use certcentral_sandbox::{Approval, Sandbox, StartError};

use crate::args::Sandbox as Arguments;
use crate::env::interrupt::Interrupts;
use crate::env::runtime;
use crate::exit::{Exit, Failure, Result};
use crate::show::paint;
use crate::show::terminal::{Output, say};

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    runtime::block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Result<Exit> {
    let Arguments { listen, api_key, faults, needs_approval, issue_after, fill, seed } = arguments;
    let mut interrupts = Interrupts::listen()
        .map_err(|error| Failure::usage(format!("Ctrl-C cannot be listened for: {error}")))?;
    let seed = match seed {
        Some(seed) => *seed,
        None => getrandom::u32()
            .map_err(|error| Failure::usage(format!("this system gives no random seed: {error}")))?
            .into(),
    };
    let mut builder = Sandbox::builder().listen(*listen).seed(seed);
    if let Some(key) = api_key {
        builder = builder.api_key(key);
    }
    for fault in faults {
        builder = builder.fault_rule(*fault);
    }
    if *needs_approval {
        builder = builder.approval(Approval::Submitted);
    }
    if let Some(seconds) = issue_after {
        builder = builder.issue_after(Duration::from_secs((*seconds).into()));
    }
    let sandbox = builder.start().await.map_err(|error| not_started(&error))?;
    sandbox.fill((*fill).into());

    // Others wait for these lines, so each is complete and seen before anything else happens.
    let mut output = Output::new();
    output.line(format_args!("CertCentral sandbox: {}", paint::strong(&sandbox.url())))?;
    output.line("Nothing that is sent here reaches DigiCert. In another terminal:\n")?;
    output.line(format_args!("  export CERTCENTRAL_BASE_URL={}", sandbox.url()))?;
    output.line(format_args!("  export CERTCENTRAL_API_KEY={}", sandbox.api_key()))?;
    output.line("  certcentral order order.json\n")?;
    output.finish()?;
    if !faults.is_empty() {
        say(format_args!("Faults happen by chance; the same ones again with --seed {seed}."));
    }
    say("Ctrl-C stops it.");

    interrupts.next().await;
    let books = sandbox.books();
    say(format_args!(
        "Stopped. Requests: {}, orders placed: {}.",
        books.request_count(),
        books.order_count()
    ));
    Ok(Exit::Success)
}

/// Why the stand-in does not run.
pub(crate) fn not_started(error: &StartError) -> Failure {
    let cause = error.source().map(|cause| format!(" ({cause})")).unwrap_or_default();
    Failure::usage(format!("the sandbox was not started: {error}{cause}"))
}
