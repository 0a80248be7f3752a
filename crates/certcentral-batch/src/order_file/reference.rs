//! What rows may be called.

use certcentral_journal::Reference;

/// What is wrong with a reference, if something is.
pub(super) fn reference_fault(reference: &str) -> Option<(&'static str, String)> {
    let fault = Reference::new(reference).err()?;
    Some((fault.as_str(), fault.to_string()))
}
