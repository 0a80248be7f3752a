//! Reading the command line, and saying what is wrong with it without repeating what may be a
//! secret: somebody may have pasted an API key or a card number.

use std::ffi::OsString;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::args::Arguments;
use crate::exit::Exit;
use crate::show::terminal::{fail, may_be_secret};

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
    Arguments::try_parse_from(arguments).map_err(|error| {
        let exit = match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Success,
            _ => Exit::Usage,
        };
        // If nobody listens, so be it.
        let _ = without_secrets(error).print();
        exit
    })
}

/// Whether somebody gives a key for DigiCert as an option. The sandbox has an invented one.
fn gives_key(arguments: &[OsString]) -> bool {
    let names = ["--api-key", "--apikey", "--api_key", "--key", "--devkey"];
    arguments.get(1).is_some_and(|command| command != "sandbox")
        && arguments.iter().skip(2).take_while(|argument| *argument != "--").any(|argument| {
            let text = argument.to_string_lossy();
            let name = text.split_once('=').map_or(&*text, |(name, _)| name);
            names.contains(&name)
        })
}

fn without_secrets(mut error: clap::Error) -> clap::Error {
    for kind in [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand]
    {
        if let Some(ContextValue::String(text)) = error.get(kind)
            && may_be_secret(text)
        {
            error.insert(kind, ContextValue::String("[not shown]".into()));
        }
    }
    error
}
