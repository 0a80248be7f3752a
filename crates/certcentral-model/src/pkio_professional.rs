//! The product "PKIo Professional - Signing": a qualified signing certificate for a licensed
//! professional, under PKIoverheid.
//!
//! An [`Order`] is posted to
//! `/services/v2/order/certificate/pkio_qualified_organisation_person_prof`.

use alloc::string::String;

use crate::product::{Holder, ProductOrder, Sealed};
use crate::request::order_validity::OrderValidity;
use crate::request::payment::{BillingAddress, CreditCard, Payment, PaymentMethod};
use crate::request::shipping::{CsaAgreement, ProvisioningMethod, ShipInfo};

request_object! {
    /// An order for a PKIo Professional - Signing certificate.
    ///
    /// Posting it is a legal declaration and costs money.
    pub struct Order {
        /// Certificate details.
        shown certificate: Certificate,
        /// Whether the Certificate Subscriber Agreement (CSA) has been agreed to.
        shown csa_agreed_to: bool,
        /// Where the private key and the certificate are kept. Only a QSCD is supported.
        shown provisioning_method: ProvisioningMethod,
        /// Where the hardware token is shipped to. Without it no token is shipped.
        shown ship_info?: ShipInfo,
        /// How long certificates issued for this order are valid.
        shown order_validity?: OrderValidity,
        /// How the order is paid.
        shown payment_method: PaymentMethod,
        /// The credit card that is charged. Required if `payment_method` is `card`.
        shown credit_card?: CreditCard,
        /// Where the bills of the card go. Required if `payment_method` is `card`.
        shown billing_address?: BillingAddress,
    }
}

impl Order {
    /// Creates an order for a certificate on a QSCD token.
    ///
    /// No token is shipped unless [`ship_info`](Self::ship_info) is added.
    #[must_use]
    pub fn new(certificate: Certificate, csa: CsaAgreement, payment: Payment) -> Self {
        let (payment_method, credit_card, billing_address) = payment.into_members();
        Self {
            certificate,
            csa_agreed_to: csa.is_agreed(),
            provisioning_method: ProvisioningMethod::Qscd,
            ship_info: None,
            order_validity: None,
            payment_method,
            credit_card,
            billing_address,
        }
    }

    /// Sets where the token is shipped to.
    #[must_use]
    pub fn ship_info(mut self, ship_info: ShipInfo) -> Self {
        self.ship_info = Some(ship_info);
        self
    }

    /// Sets how long the certificates are valid.
    #[must_use]
    pub fn order_validity(mut self, order_validity: OrderValidity) -> Self {
        self.order_validity = Some(order_validity);
        self
    }

    /// Changes how the order is paid: all three members that say so.
    #[must_use]
    pub fn payment(mut self, payment: Payment) -> Self {
        (self.payment_method, self.credit_card, self.billing_address) = payment.into_members();
        self
    }
}

impl Sealed for Order {}

impl ProductOrder for Order {
    const PRODUCT_NAME_ID: &'static str = "pkio_qualified_organisation_person_prof";

    fn credit_card(&self) -> Option<&CreditCard> {
        self.credit_card.as_ref()
    }

    fn without_card(&self) -> Self {
        // Member by member: a clone of the whole would copy the card first.
        let Self {
            certificate,
            csa_agreed_to,
            provisioning_method,
            ship_info,
            order_validity,
            payment_method,
            credit_card: _,
            billing_address,
        } = self;
        Self {
            certificate: certificate.clone(),
            csa_agreed_to: *csa_agreed_to,
            provisioning_method: provisioning_method.clone(),
            ship_info: ship_info.clone(),
            order_validity: order_validity.clone(),
            payment_method: payment_method.clone(),
            credit_card: None,
            billing_address: billing_address.clone(),
        }
    }

    fn holder(&self) -> Holder<'_> {
        let individual = &self.certificate.individual;
        Holder {
            id: individual.id,
            first_name: individual.first_name.as_deref(),
            last_name: individual.last_name.as_deref(),
            email: individual.email.as_deref(),
        }
    }
}

request_object! {
    /// Certificate details (`certificate`).
    pub struct Certificate {
        /// Hash algorithm used for signing the certificate. EU Qualified certificates support SHA-256
        /// only.
        shown signature_hash: SignatureHash,
        /// Name of the certificate profile. PKIo certificates support `nonrepudiation` only.
        shown profile_option: ProfileOption,
        /// Whether an RSA issuing CA signs the certificate with RSASSA-PSS. The default is `false`. An
        /// ECC issuing CA ignores it.
        shown is_rsassa_pss?: bool,
        /// The intended certificate holder.
        shown individual: Individual,
    }
}

impl Certificate {
    /// Creates a certificate for an individual, with the only hash and profile that the product
    /// supports.
    #[must_use]
    pub fn new(individual: Individual) -> Self {
        Self {
            signature_hash: SignatureHash::Sha256,
            profile_option: ProfileOption::Nonrepudiation,
            is_rsassa_pss: None,
            individual,
        }
    }

    /// Sets the form of an RSA signature (`is_rsassa_pss`).
    #[must_use]
    pub fn rsa_signature(mut self, signature: RsaSignature) -> Self {
        self.is_rsassa_pss = Some(signature == RsaSignature::RsassaPss);
        self
    }
}

/// How an RSA issuing CA signs the certificate (`certificate.is_rsassa_pss`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "the page has a boolean")]
pub enum RsaSignature {
    /// With RSASSA-PSS: `true`.
    RsassaPss,
    /// With a plain RSA signature: `false`, the page's default.
    Rsa,
}

open_enum! {
    /// Hash algorithm used for signing the certificate (`certificate.signature_hash`).
    pub enum SignatureHash {
        /// SHA-256, the only one that EU Qualified certificates support.
        Sha256 = "sha256",
    }
}

open_enum! {
    /// Name of the certificate profile (`certificate.profile_option`).
    pub enum ProfileOption {
        /// The only profile that PKIo certificates support.
        Nonrepudiation = "nonrepudiation",
    }
}

open_enum! {
    /// Licensed profession of the individual
    /// (`certificate.individual.professional_title`), written exactly as the API expects it.
    pub enum ProfessionalTitle {
        /// Accountant (AA).
        AccountantAdministratieconsulent = "Accountant-Administratieconsulent",
        /// Lawyer admitted to the bar.
        Advocaat = "Advocaat",
        /// Chartered accountant (RA).
        Registeraccountant = "Registeraccountant",
        /// Candidate civil-law notary.
        KandidaatNotaris = "Kandidaat-notaris",
        /// Civil-law notary.
        Notaris = "Notaris",
        /// Junior civil-law notary, added to a notary.
        ToegevoegdNotaris = "Toegevoegd Notaris",
        /// Registrar or chief registrar of the land registry.
        Hoofdbewaarder = "(Hoofd)bewaarder",
        /// Bailiff.
        Gerechtsdeurwaarder = "Gerechtsdeurwaarder",
        /// Tax bailiff.
        Belastingdeurwaarder = "Belastingdeurwaarder",
        /// Municipal tax bailiff.
        GemeentelijkBelastingdeurwaarder = "Gemeentelijk Belastingdeurwaarder",
        /// Junior bailiff, added to a bailiff.
        ToegevoegdGerechtsdeurwaarder = "Toegevoegd gerechtsdeurwaarder",
    }
}

request_object! {
    /// The intended certificate holder (`certificate.individual`).
    ///
    /// Either an [`existing`](Self::existing) individual, whom CertCentral knows by `id`, or a
    /// [`new`](Self::new) one, with full details and no `id`.
    #[derive(Default)]
    pub struct Individual {
        /// Unique identifier of an individual whose details and professional title are already stored
        /// in CertCentral. No other member may be given with it.
        hidden id?: u64,
        /// First name (given name). May include middle names or initials, but no titles or prefixes
        /// such as "Dr.".
        hidden first_name?: String,
        /// Last name (surname). May include generational suffixes such as "Sr." and "III".
        hidden last_name?: String,
        /// Email address for processing the order and its approval notifications. It does not appear
        /// on the certificate.
        hidden email?: String,
        /// Phone number with the country code: `+31-0-72 568 7878`.
        hidden telephone?: String,
        /// Two-letter country code.
        hidden country?: String,
        /// State or province.
        hidden state?: String,
        /// City.
        hidden city?: String,
        /// Postal code.
        hidden zip?: String,
        /// Licensed profession.
        shown professional_title?: ProfessionalTitle,
    }
}

details! {
    /// Everything that a new [`Individual`] needs, by name.
    pub struct IndividualDetails<'a> {
        /// First name, without titles or prefixes.
        hidden first_name: &'a str,
        /// Last name.
        hidden last_name: &'a str,
        /// Email address.
        hidden email: &'a str,
        /// Phone number with a leading `+` and the country code.
        hidden telephone: &'a str,
        /// Country, two letters.
        hidden country: &'a str,
        /// State or province.
        hidden state: &'a str,
        /// Licensed profession.
        shown professional_title: ProfessionalTitle,
    }
}

impl Individual {
    /// Creates an individual whose details and professional title CertCentral already has.
    #[must_use]
    pub fn existing(id: u64) -> Self {
        Self { id: Some(id), ..Self::default() }
    }

    /// Creates an individual whom CertCentral does not know yet.
    #[must_use]
    pub fn new(details: IndividualDetails<'_>) -> Self {
        Self {
            id: None,
            first_name: Some(details.first_name.into()),
            last_name: Some(details.last_name.into()),
            email: Some(details.email.into()),
            telephone: Some(details.telephone.into()),
            country: Some(details.country.into()),
            state: Some(details.state.into()),
            city: None,
            zip: None,
            professional_title: Some(details.professional_title),
        }
    }

    /// Adds the city.
    #[must_use]
    pub fn city(mut self, city: impl Into<String>) -> Self {
        self.city = Some(city.into());
        self
    }

    /// Adds the postal code.
    #[must_use]
    pub fn zip(mut self, zip: impl Into<String>) -> Self {
        self.zip = Some(zip.into());
        self
    }
}
