//! Reading the command line, and saying what is wrong with it without repeating what may be a
//! secret: an API key or a card number may have been pasted into the wrong place.

use std::ffi::OsString;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::commands::Command;
use crate::exit::Exit;
use crate::show::terminal::{Output, fail, say};
use crate::show::text::{may_be_secret, printable};

/// Order qualified signing certificates for licensed Dutch professionals at DigiCert CertCentral
/// Europe.
///
/// An order is a legal declaration and costs money, and the same order sent again buys a second
/// certificate: try one in the sandbox first.
#[derive(Debug, Parser)]
#[command(name = "certcentral", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Start with:
  certcentral new > order.json              an order file to fill in
  certcentral check order.json              name everything that is wrong with it
  certcentral order --sandbox order.json    place it at a stand-in inside this program
  certcentral order order.json              place it at DigiCert, which costs money

Environment:
  CERTCENTRAL_API_KEY    the API key
  CERTCENTRAL_BASE_URL   where the API is, if not at DigiCert's
  CERTCENTRAL_LOG        what to log on standard error: error, warn, info, debug or trace
  NO_COLOR               no colours, if set

This program is an independent project and not DigiCert's.")]
pub(crate) struct Program {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Reads the arguments. If there is nothing to run, what there is to say has been said.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Program, Exit> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if gives_key(&arguments) {
        fail(
            "an API key is never given as an argument, where others can see it: put it into the \
             environment variable CERTCENTRAL_API_KEY, or into a file and give --api-key-file PATH",
        );
        return Err(Exit::Usage);
    }
    Program::try_parse_from(arguments).map_err(|mut error| {
        let text = without_secrets(&mut error).render().ansi().to_string();
        // Where a tip was left out, a line is left.
        let text = text.replace("\n\n\n", "\n\n");
        if error.use_stderr() {
            say(text.trim_end());
            return Exit::Usage;
        }
        let mut output = Output::new();
        match output.line(text.trim_end()).and_then(|()| output.finish()) {
            Ok(()) => Exit::Success,
            Err(failure) => {
                fail(&failure);
                failure.exit
            }
        }
    })
}

/// Whether a key for DigiCert is given as an option. The key of the sandbox is an invented one.
fn gives_key(arguments: &[OsString]) -> bool {
    let names = ["--api-key", "--apikey", "--api_key", "--key", "--devkey"];
    arguments.get(1).is_some_and(|command| command != "sandbox")
        && arguments.iter().skip(2).take_while(|argument| *argument != "--").any(|argument| {
            let text = argument.to_string_lossy();
            let name = text.split_once('=').map_or(&*text, |(name, _)| name);
            names.contains(&name)
        })
}

/// Keeps what was typed out of the message if it may be a secret, and shows the rest printable.
fn without_secrets(error: &mut clap::Error) -> &clap::Error {
    let mut kinds = vec![ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    // Of an argument that is known, this is its name, as the help has it.
    if error.kind() == ErrorKind::UnknownArgument {
        kinds.push(ContextKind::InvalidArg);
    }
    for kind in kinds {
        if let Some(ContextValue::String(text)) = error.get(kind) {
            let secret = may_be_secret(text);
            let shown = if secret { "[not shown]".into() } else { printable(text).into_owned() };
            error.insert(kind, ContextValue::String(shown));
            if secret {
                // A tip that repeats it.
                error.insert(ContextKind::Suggested, ContextValue::StyledStrs(Vec::new()));
            }
        }
    }
    error
}
