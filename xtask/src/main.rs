//! `cargo xtask`: the commands by which this project stays true to itself.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::generated::Mode;
use xtask::{ci, codegen, damaged_orders, payloads, public_api, tidy};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The maintainers' commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run all that CI runs, and say of each step whether it passed and how long it took
    Ci {
        /// Leave a step out, by its name; may be given several times
        #[arg(long, value_name = "STEP", value_parser = ci::STEPS.map(|step| step.name))]
        skip: Vec<String>,
    },
    /// Write the schemas, the OpenAPI description and the tables of docs/
    Codegen {
        /// Write nothing; fail with the difference if something is out of date
        #[arg(long)]
        check: bool,
    },
    /// Compare what goes over the wire, reports and errors with their snapshots
    Payloads {
        /// Take what is there now for the new snapshots
        #[arg(long)]
        bless: bool,
    },
    /// Check how the house is built: who may depend on whom, what lies where
    Tidy,
    /// Compare the public API of every library with docs/api
    PublicApi {
        /// Write docs/api anew
        #[arg(long)]
        bless: bool,
    },
    /// Write the orders of the law as files, to compare other readers of the schema
    DamagedOrders {
        /// The folder that they go to
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Ci { skip } => ci::run(&skip),
        Command::Codegen { check } => codegen::run(if check { Mode::Check } else { Mode::Write }),
        Command::Payloads { bless } => payloads::run(if bless { Mode::Write } else { Mode::Check }),
        Command::Tidy => tidy::run(),
        Command::DamagedOrders { folder } => damaged_orders::write(&folder),
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
