//! What `certcentral explain` takes.

use clap::Args;

/// Explain the members of an order: what each is, whether it is required, and its rules
///
/// Without a member, all of them are listed as a tree. With one, everything that is known of it is
/// printed, the rules that `certcentral check` applies included.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral explain
  certcentral explain professional_title
  certcentral explain ship_info.country

Exit codes: 0 explained, 2 there is no such member.")]
pub(crate) struct Explain {
    /// The member: its name, or more of its path where several have the name
    #[arg(value_name = "MEMBER")]
    pub(crate) member: Option<String>,
}
