//! Questions before money moves: only a clear yes at a terminal is one.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::env::interrupt::Interrupts;
use crate::env::runtime::Runtime;
use crate::exit::{Failure, Result};
use crate::show::terminal::say;

/// Whether somebody can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Standard input is a terminal, and so is the place for the question.
    Person,
    /// Standard input is a terminal, and the question would not be seen.
    Unseen,
    /// A script: standard input is no terminal.
    Script,
}

impl Audience {
    pub(crate) fn here() -> Self {
        match (io::stdin().is_terminal(), io::stderr().is_terminal()) {
            (true, true) => Self::Person,
            (true, false) => Self::Unseen,
            (false, _) => Self::Script,
        }
    }
}

/// Whether something may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    Given,
    Refused,
}

/// What may answer a question besides a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// `--yes` answers the question, and a script is not asked.
    ScriptGoesOn,
    /// `--yes` answers, and a script is refused without it.
    ScriptNeedsYes,
    /// Nothing but a person at a terminal answers.
    PersonAlone,
}

/// Shows what is about to happen, and asks a person whether it shall. Ctrl-C, Ctrl-D and everything but
/// `y` and `yes` is a no.
pub(crate) fn ask(
    runtime: &Runtime,
    interrupts: &mut Interrupts,
    rule: Rule,
    yes: bool,
    screen: &str,
    question: &str,
) -> Result<Consent> {
    let audience = Audience::here();
    if io::stderr().is_terminal() {
        say(screen);
    }
    match (rule, audience) {
        (Rule::PersonAlone, Audience::Person) => {}
        (Rule::PersonAlone, _) => {
            return Err(Failure::usage(
                "this is asked at a terminal, and there is none; nothing was sent",
            ));
        }
        _ if yes => return Ok(Consent::Given),
        (_, Audience::Person) => {}
        (Rule::ScriptGoesOn, Audience::Script) => return Ok(Consent::Given),
        (_, Audience::Unseen | Audience::Script) => {
            say("Nobody can be asked here, and --yes was not given: nothing was sent.");
            return Ok(Consent::Refused);
        }
    }
    let failed = |error: io::Error| Failure::usage(format!("nothing was sent: {error}"));
    write!(io::stderr(), "{question} [y/N] ").map_err(failed)?;
    io::stderr().flush().map_err(failed)?;
    let answer = runtime.block_on(async {
        let line = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line).map(|_| line)
        });
        tokio::select! {
            biased;
            () = interrupts.next() => None,
            line = line => line.ok().and_then(io::Result::ok),
        }
    });
    let answer = answer.unwrap_or_else(|| {
        say("");
        String::new()
    });
    let is_yes = matches!(&*answer.trim().to_lowercase(), "y" | "yes");
    Ok(if is_yes { Consent::Given } else { Consent::Refused })
}
