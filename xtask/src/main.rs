//! `cargo xtask`: the maintainers' commands.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::generated::Mode;
use xtask::law::export;
use xtask::{ci, codegen, payloads, public_api, tidy};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The maintainers' commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything that CI runs, and print for each step whether it passed and how long it took
    Ci {
        /// Leave a step out, by its name; may be given several times
        #[arg(long, value_name = "STEP", value_parser = ci::STEPS.map(|step| step.name))]
        skip: Vec<String>,
    },
    /// Write the schemas, the OpenAPI description and the generated pages of docs/
    Codegen {
        /// Write nothing; show all differences and fail if there are any
        #[arg(long)]
        check: bool,
    },
    /// Compare requests, reports and messages with their snapshots
    Payloads {
        /// Write new snapshots, and remove those that no test uses
        #[arg(long)]
        bless: bool,
    },
    /// Check which crate depends on which, and that no modules import each other
    Tidy,
    /// Compare the public API of every library with docs/api
    PublicApi {
        /// Write docs/api
        #[arg(long)]
        bless: bool,
    },
    /// Write damaged orders as files, to compare other validators of the schema
    DamagedOrders {
        /// The folder to write to
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Ci { skip } => ci::run(&skip),
        Command::Codegen { check } => codegen::run(if check { Mode::Check } else { Mode::Write }),
        Command::Payloads { bless } => payloads::run(if bless { Mode::Write } else { Mode::Check }),
        Command::Tidy => tidy::run(),
        Command::DamagedOrders { folder } => export::write(&folder),
        Command::PublicApi { bless } => {
            public_api::run(if bless { Mode::Write } else { Mode::Check })
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
