//! `certcentral download`: the certificate of an order, into a new file or on standard output.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use certcentral::model::{CertificateFormat, OrderId};
use clap::Args;
use serde::Serialize;

use crate::args::options::{FORMAT_HELP, Format, READ_CODES, Server};
use crate::commands::failed_read;
use crate::env::{file, runtime, server};
use crate::exit::{Exit, Failure, Result};
use crate::show::paint;
use crate::show::terminal::{path, print, print_data};

/// Download the certificate of an order, as PEM
///
/// The file holds the certificate and those that lead to its root. The private key is on the token,
/// and in no file.
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct Arguments {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    order_id: OrderId,
    /// Where to write it: a file that does not exist yet [default: standard output]
    #[arg(long, value_name = "PATH")]
    out_file: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

/// What is printed as JSON of a file that was written.
#[derive(Serialize)]
struct Written<'a> {
    order_id: OrderId,
    file: &'a str,
    bytes: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let Arguments { order_id, out_file, server, format } = arguments;
    let out_file = out_file.as_deref().filter(|path| !file::is_stdin(path));
    let client = server::connect(server)?.build();
    if let Some(path) = out_file
        && fs::symlink_metadata(path).is_ok()
    {
        return Err(exists(path));
    }
    let found = runtime::block_on(async {
        Ok(client.download_order_certificate(*order_id, &CertificateFormat::PemAll).await)
    })?;
    let certificate = match found {
        Ok(certificate) => certificate,
        Err(error) => return Err(failed_read::report(&error, *format)?),
    };
    match out_file {
        Some(path) => write(path, *order_id, &certificate, *format),
        None => print_data(&certificate),
    }
}

fn write(file: &Path, order_id: OrderId, certificate: &[u8], format: Format) -> Result<Exit> {
    // Checked again: it may have been created meanwhile.
    let created = OpenOptions::new().write(true).create_new(true).open(file);
    let mut new = created.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(file),
        _ => unwritten(file, &error),
    })?;
    if let Err(error) = new.write_all(certificate).and_then(|()| new.sync_all()) {
        // Half a certificate would block the next try.
        let _ = fs::remove_file(file);
        return Err(unwritten(file, &error));
    }
    let (name, bytes) = (path(file), certificate.len());
    print(format, &Written { order_id, file: &name, bytes }, || {
        let head = paint::success("downloaded");
        format!("{head}: the certificate of order {order_id}, to {name}")
    })?;
    Ok(Exit::Success)
}

fn exists(file: &Path) -> Failure {
    let name = path(file);
    Failure::usage(format!("{name} exists already and is not overwritten; give another --out-file"))
}

fn unwritten(file: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{} cannot be written: {error}", path(file)))
}
