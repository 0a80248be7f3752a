//! Looks at CertCentral: for orders that may exist, and for the status of those that do.

mod refresh;
mod resolve;

pub use self::refresh::RefreshedRow;
pub use self::resolve::{Resolution, ResolveError, ResolveOptions, Resolved};
