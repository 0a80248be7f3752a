//! Looks at CertCentral: for orders that may exist, and where those stand that do.

mod refresh;
mod resolve;

pub use self::refresh::RefreshedRow;
pub use self::resolve::{Resolution, ResolveError, ResolveOptions, Resolved};
