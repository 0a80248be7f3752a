//! Where the receipt of an order is, and which commands go on from there.

use std::fs;
use std::path::{Path, PathBuf};

use certcentral::pkio_professional::Order;

use crate::args::options::Server;
use crate::env::file::{self, FileId};
use crate::exit::{Failure, Result};
use crate::receipt::disk;
use crate::receipt::record::Receipt;
use crate::show::shell::Commands;
use crate::show::terminal;

const ENDING: &str = ".receipt.json";

/// Where a receipt is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    /// The order's file, whatever its name.
    pub(crate) file: Option<FileId>,
    pub(crate) commands: Commands,
}

impl Place {
    /// The receipt beside the file that links lead to, unless another place is named. The order is
    /// what the file holds, where it can be read.
    pub(crate) fn new(
        file: &Path,
        order: Option<&Order>,
        receipt: Option<&Path>,
        server: &Server,
    ) -> Result<Self> {
        let real = file::resolve(file);
        let metadata = fs::metadata(&real).ok().filter(|_| !file::is_stdin(file));
        let id = metadata.as_ref().filter(|it| it.is_file()).and_then(FileId::of);
        let path = match receipt {
            Some(receipt) => file::resolve(receipt),
            None if metadata.as_ref().is_some_and(|metadata| !metadata.is_file()) => {
                return Err(Failure::usage(format!(
                    "{} is not a regular file, so give the place of its receipt with --receipt PATH",
                    file::name(file)
                )));
            }
            None => {
                let mut name = real.into_os_string();
                name.push(ENDING);
                let path = PathBuf::from(name);
                let links = metadata.as_ref().map_or(1, file::links);
                match id.filter(|_| links > 1) {
                    Some(id) => of_another_name(&path, id, order)?.unwrap_or(path),
                    None => path,
                }
            }
        };
        Ok(Self { path, file: id, commands: Commands::new(file, receipt, server) })
    }

    /// The path of the receipt, for a message.
    pub(crate) fn name(&self) -> String {
        terminal::path(&self.path)
    }
}

/// A file with several hard links has several names: its receipt may be beside another of them.
fn of_another_name(own: &Path, id: FileId, order: Option<&Order>) -> Result<Option<PathBuf>> {
    let says = |receipt: &Receipt| {
        receipt
            .evidence()
            .any(|run| run.file == Some(id) && order.is_none_or(|order| run.is_about(order)))
    };
    let cannot = |path: &Path, reason: &str| {
        Failure::usage(format!(
            "the order's file has several names (hard links), so its receipt may be beside \
             another of them, and {} {reason}. An order may exist: look in CertCentral, then name \
             the receipt with --receipt PATH",
            terminal::path(path)
        ))
    };
    let folder = disk::folder(own);
    // What is wrong with its own receipt is said later.
    if disk::load(own).is_ok_and(|receipt| receipt.is_some_and(|receipt| says(&receipt))) {
        return Ok(None);
    }
    let entries = fs::read_dir(folder).map_err(|error| cannot(folder, &file::reason(&error)))?;
    for entry in entries {
        let path = entry.map_err(|error| cannot(folder, &file::reason(&error)))?.path();
        let is_receipt = path.as_os_str().as_encoded_bytes().ends_with(ENDING.as_bytes());
        if !is_receipt || path.file_name() == own.file_name() {
            continue;
        }
        let receipt = disk::load(&path).map_err(|reason| cannot(&path, &reason))?;
        if receipt.is_some_and(|receipt| says(&receipt)) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}
