use alloc::string::String;
use alloc::vec::Vec;

use crate::ids::CertificateId;

answer_object! {
    /// A certificate as an order shows it.
    pub struct CertificateInfo {
        /// Certificate ID.
        shown id: Option<CertificateId>,
        /// Common name: for a professional, first and last name.
        hidden common_name: Option<String>,
        /// Email addresses.
        hidden emails: Vec<String>,
        /// Host names. Empty for a professional's certificate; some answers have a blank one.
        hidden dns_names: Vec<String>,
        /// The certificate holder, where the API shows one here.
        shown individual: Option<IndividualInfo>,
        /// Hash algorithm of the signature.
        shown signature_hash: Option<String>,
        /// The validity that was ordered: the one member that was used.
        shown cert_validity: Option<ValidityInfo>,
        /// When it was created, ISO 8601 in UTC.
        shown date_created: Option<String>,
        /// When it was issued, ISO 8601 in UTC. Absent until then.
        shown date_issued: Option<String>,
        /// First day of validity, as `YYYY-MM-DD`.
        shown valid_from: Option<String>,
        /// Last day of validity, as `YYYY-MM-DD`.
        shown valid_till: Option<String>,
        /// Days until it expires. Negative afterwards.
        shown days_remaining: Option<i64>,
        ;
        /// Serial number, hexadecimal.
        shown serial_number: Option<String>,
        /// Thumbprint, hexadecimal.
        shown thumbprint: Option<String>,
    }
}

open_enum! {
    /// The format of a certificate that is downloaded.
    pub enum CertificateFormat {
        /// One PEM file with the certificate and the chain up to its root.
        PemAll = "pem_all",
    }
}

answer_object! {
    /// The validity of a certificate as it was ordered.
    pub struct ValidityInfo {
        /// In years.
        shown years: Option<u32>,
        /// In days.
        shown days: Option<u32>,
        /// Until this day.
        shown custom_expiration_date: Option<String>,
    }
}

answer_object! {
    /// A certificate holder as an order shows it. Where the API does so is not documented.
    pub struct IndividualInfo {
        /// CertCentral's id of the individual.
        hidden id: Option<u64>,
        /// First name.
        hidden first_name: Option<String>,
        /// Last name.
        hidden last_name: Option<String>,
        /// Email address.
        hidden email: Option<String>,
    }
}
