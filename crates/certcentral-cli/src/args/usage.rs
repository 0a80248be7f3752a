//! Reading the command line, and saying what is wrong with it without repeating what may be a
//! secret: an API key or a card number may have been pasted into the wrong place.

use std::ffi::OsString;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::args::Arguments;
use crate::exit::Exit;
use crate::show::terminal::{Output, fail, say};
use crate::show::text::{may_be_secret, printable};

/// Reads the arguments. If there is nothing to run, what there is to say has been said.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Exit> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if gives_key(&arguments) {
        fail(
            "an API key is never given as an argument, where others can see it: put it into the \
             environment variable CERTCENTRAL_API_KEY, or into a file and give --api-key-file PATH",
        );
        return Err(Exit::Usage);
    }
    Arguments::try_parse_from(arguments).map_err(|mut error| {
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
