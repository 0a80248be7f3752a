//! Every public type can be sent to and shared with other threads, and has `Debug`.

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
    AccessRole, Amount, Balance, BillingAddress, BillingDetails<'static>, Cancellation,
    CardDetails<'static>, Certificate, CertificateFormat, CertificateId, CertificateInfo,
    ContainerInfo, CreditCard, CsaAgreement, CustomField, CustomFieldList, ErrorCode, ErrorResponse,
    Holder<'static>, Individual, IndividualDetails<'static>, IndividualInfo, InvalidDate, InvalidId,
    NewNote, Note, NoteList, Order, OrderId, OrderInfo, OrderList, OrderResponse, OrderStatus,
    OrderValidity, OrganizationInfo, Page, Payment, PaymentMethod, PlacedRequest, ProductInfo,
    ProductList, ProfessionalTitle, ProfileOption, ProvisioningMethod, RequestDecision, RequestId,
    RequestInfo, RequestList, RequestStatus, RequestedOrder, Revocation, RsaSignature,
    SaveCreditCard, Secret, ServerError, SetAsDefault, ShipInfo, ShippingDetails<'static>,
    ShippingMethod, SignatureHash, SignatureHashType, SignatureHashTypes, StatusChange,
    StatusChangeList, UserInfo, ValidityInfo,
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
