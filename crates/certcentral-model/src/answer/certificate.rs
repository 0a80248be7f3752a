use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::answer::read::{lenient, lenient_list, lenient_text};
use crate::ids::CertificateId;

/// A certificate as an order shows it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CertificateInfo {
    /// Certificate ID.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub id: Option<CertificateId>,
    /// Common name: for a professional, first and last name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub common_name: Option<String>,
    /// Email addresses.
    #[serde(default, deserialize_with = "lenient_list", skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// The certificate holder, where the API shows one here.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub individual: Option<IndividualInfo>,
    /// Hash algorithm of the signature.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub signature_hash: Option<String>,
    /// When it was made, ISO 8601 in UTC.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub date_created: Option<String>,
    /// When it was issued, ISO 8601 in UTC.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub date_issued: Option<String>,
    /// First day of validity.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// Last day of validity.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub valid_till: Option<String>,
    /// Serial number, hexadecimal.
    #[serde(default, deserialize_with = "lenient_text", skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// Thumbprint, hexadecimal.
    #[serde(default, deserialize_with = "lenient_text", skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<String>,
}

redacted_debug!(CertificateInfo {
    id: shown,
    common_name: hidden,
    emails: hidden,
    individual: shown,
    signature_hash: shown,
    date_created: shown,
    date_issued: shown,
    valid_from: shown,
    valid_till: shown,
    serial_number: shown,
    thumbprint: shown,
});

/// A certificate holder as an order shows one. Where the API does so is not documented.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct IndividualInfo {
    /// CertCentral's id of the individual.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// First name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Email address.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

redacted_debug!(IndividualInfo {
    id: hidden,
    first_name: hidden,
    last_name: hidden,
    email: hidden,
});
