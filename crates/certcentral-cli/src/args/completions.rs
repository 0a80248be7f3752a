//! What `certcentral completions` takes.

use clap::Args;
use clap_complete::Shell;

/// Print a script that completes commands and options in a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral completions bash > ~/.local/share/bash-completion/completions/certcentral
  certcentral completions zsh > ~/.zfunc/_certcentral        (a folder that is in $fpath)
  certcentral completions fish > ~/.config/fish/completions/certcentral.fish
  certcentral completions powershell >> $PROFILE")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
