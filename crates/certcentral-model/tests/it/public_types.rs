//! What holds for each public type: it can be sent to and shared with other threads, and shown.

use std::collections::BTreeSet;
use std::fmt::Debug;

use certcentral_model::pkio_professional::*;
use certcentral_model::*;

fn is_fit<T: Send + Sync + Debug + Unpin + 'static>() {}

macro_rules! fit {
    ($($name:ident $(<$life:lifetime>)?),+ $(,)?) => {
        /// The types that are checked, by name.
        fn checked() -> BTreeSet<&'static str> {
            $(is_fit::<$name $(<$life>)?>();)+
            BTreeSet::from([$(stringify!($name)),+])
        }
    };
}

fit! {
    Cancellation, NewNote, RequestDecision, Revocation, AccessRole, Amount, CertificateFormat, Balance, CustomField, CustomFieldList, Note, NoteList, ProductList,
    SignatureHashType, SignatureHashTypes, StatusChange, StatusChangeList, ValidityInfo,
    BillingAddress, BillingDetails<'static>, CardDetails<'static>, Certificate, CertificateId,
    CertificateInfo, ContainerInfo, CreditCard, CsaAgreement, ErrorCode, ErrorResponse,
    Holder<'static>, Individual, IndividualDetails<'static>, IndividualInfo, InvalidDate, InvalidId, Order,
    OrderId, OrderInfo, OrderList, OrderResponse, OrderStatus, OrderValidity, OrganizationInfo,
    Page, Payment, PaymentMethod, PlacedRequest, ProductInfo, ProfessionalTitle, ProfileOption,
    ProvisioningMethod, RequestId, RequestInfo, RequestList, RequestStatus, RequestedOrder, RsaSignature,
    SaveCreditCard, Secret, ServerError, SetAsDefault, ShipInfo, ShippingDetails<'static>,
    ShippingMethod, SignatureHash, UserInfo,
}

/// The names that the crate offers, read from its own source.
fn offered() -> BTreeSet<&'static str> {
    let root = include_str!("../../src/lib.rs");
    let product = include_str!("../../src/pkio_professional.rs");
    let re_exported = root
        .split("pub use self::")
        .skip(1)
        .filter_map(|text| text.split(';').next())
        .filter_map(|text| text.rsplit_once("::"))
        .flat_map(|(_, names)| names.split(['{', '}', ',', '\n', ' ']));
    let declared = product.lines().filter_map(|line| {
        let line = line.trim_start();
        let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
        rest.split(|c: char| !c.is_alphanumeric()).next()
    });
    let traits = ["ProductOrder"];
    re_exported.chain(declared).filter(|name| !name.is_empty() && !traits.contains(name)).collect()
}

#[test]
fn every_public_type_can_be_sent_shared_and_shown() {
    assert_eq!(checked(), offered());
}

/// The schema has to be the same whatever else is on, so it is asked for here and not written.
#[cfg(feature = "schema")]
#[test]
fn with_the_feature_the_types_that_travel_have_a_schema() {
    fn described<T: schemars::JsonSchema>() {}
    described::<certcentral_model::pkio_professional::Order>();
    described::<certcentral_model::OrderResponse>();
    described::<certcentral_model::ErrorResponse>();
    described::<certcentral_model::OrderInfo>();
    described::<certcentral_model::OrderList>();
    described::<certcentral_model::RequestList>();
    described::<certcentral_model::RequestInfo>();
    described::<certcentral_model::StatusChangeList>();
    described::<certcentral_model::NoteList>();
    described::<certcentral_model::ProductList>();
    described::<certcentral_model::Balance>();
    described::<certcentral_model::UserInfo>();
    described::<certcentral_model::CustomFieldList>();
}
