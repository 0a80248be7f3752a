//! `certcentral completions`: what a shell needs to complete the command line.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::exit::{Exit, Result};
use crate::show::terminal::print_data;

/// Print a script that completes commands and options in a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral completions bash > ~/.local/share/bash-completion/completions/certcentral
  certcentral completions zsh > ~/.zfunc/_certcentral        (a folder that is in $fpath)
  certcentral completions fish > ~/.config/fish/completions/certcentral.fish
  certcentral completions powershell >> $PROFILE")]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, mut program: Command) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "certcentral", &mut script);
    print_data(&script)
}
