//! The product "PKIo Professional - Signing". A new rule is one entry in [`rows`] or
//! [`cross_rules`], and a case in `tests/it/rules.rs`.

mod cross_rules;
mod rows;

use certcentral_model::pkio_professional::{Certificate, Individual, Order, ProfessionalTitle};
use certcentral_model::{
    BillingAddress, CreditCard, OrderValidity, ProductOrder, SaveCreditCard, ShipInfo,
};

use self::cross_rules::CROSS_RULES;
use self::rows::*;
use crate::catalogue::values::Values;
use crate::catalogue::{Catalogue, Rules};
use crate::constraint::value::Value;

// A member that is forgotten here fails the test that compares this with the reader of JSON.
impl Rules for Order {
    const CATALOGUE: &'static Catalogue = &Catalogue::new(Self::PRODUCT_NAME_ID, ROWS, CROSS_RULES);

    fn fill<'a>(&'a self, values: &mut Values<'a>) {
        let Self {
            certificate,
            csa_agreed_to,
            provisioning_method,
            ship_info,
            order_validity,
            payment_method,
            credit_card,
            billing_address,
            ..
        } = self;
        values.set(ORDER, Value::Object);
        fill_certificate(certificate, values);
        values.set(CSA_AGREED_TO, Value::Boolean(*csa_agreed_to));
        values.set(PROVISIONING_METHOD, Value::Text(provisioning_method.as_str()));
        if let Some(ship_info) = ship_info {
            fill_ship_info(ship_info, values);
        }
        if let Some(order_validity) = order_validity {
            fill_order_validity(order_validity, values);
        }
        values.set(PAYMENT_METHOD, Value::Text(payment_method.as_str()));
        if let Some(credit_card) = credit_card {
            fill_credit_card(credit_card, values);
        }
        if let Some(billing_address) = billing_address {
            fill_billing_address(billing_address, values);
        }
    }
}

fn fill_certificate<'a>(certificate: &'a Certificate, values: &mut Values<'a>) {
    let Certificate { signature_hash, profile_option, is_rsassa_pss, individual, .. } = certificate;
    values.set(CERTIFICATE, Value::Object);
    values.set(SIGNATURE_HASH, Value::Text(signature_hash.as_str()));
    values.set(PROFILE_OPTION, Value::Text(profile_option.as_str()));
    if let Some(is_rsassa_pss) = is_rsassa_pss {
        values.set(IS_RSASSA_PSS, Value::Boolean(*is_rsassa_pss));
    }
    fill_individual(individual, values);
}

fn fill_individual<'a>(individual: &'a Individual, values: &mut Values<'a>) {
    let Individual {
        id,
        first_name,
        last_name,
        email,
        telephone,
        country,
        state,
        city,
        zip,
        professional_title,
        ..
    } = individual;
    values.set(INDIVIDUAL, Value::Object);
    if let Some(id) = id {
        values.set(ID, Value::Integer(*id));
    }
    values.set_text(FIRST_NAME, first_name.as_deref());
    values.set_text(LAST_NAME, last_name.as_deref());
    values.set_text(EMAIL, email.as_deref());
    values.set_text(TELEPHONE, telephone.as_deref());
    values.set_text(INDIVIDUAL_COUNTRY, country.as_deref());
    values.set_text(INDIVIDUAL_STATE, state.as_deref());
    values.set_text(INDIVIDUAL_CITY, city.as_deref());
    values.set_text(INDIVIDUAL_ZIP, zip.as_deref());
    values.set_text(PROFESSIONAL_TITLE, professional_title.as_ref().map(ProfessionalTitle::as_str));
}

fn fill_ship_info<'a>(ship_info: &'a ShipInfo, values: &mut Values<'a>) {
    let ShipInfo { name, addr1, addr2, city, state, zip, country, method, .. } = ship_info;
    values.set(SHIP_INFO, Value::Object);
    values.set(SHIP_NAME, Value::Text(name));
    values.set(SHIP_ADDR1, Value::Text(addr1));
    values.set(SHIP_ADDR2, Value::Text(addr2));
    values.set(SHIP_CITY, Value::Text(city));
    values.set(SHIP_STATE, Value::Text(state));
    values.set(SHIP_ZIP, Value::Text(zip));
    values.set(SHIP_COUNTRY, Value::Text(country));
    values.set(SHIP_METHOD, Value::Text(method.as_str()));
}

fn fill_order_validity<'a>(order_validity: &'a OrderValidity, values: &mut Values<'a>) {
    let OrderValidity { years, days, custom_expiration_date, .. } = order_validity;
    values.set(ORDER_VALIDITY, Value::Object);
    if let Some(years) = years {
        values.set(YEARS, Value::Integer(u64::from(*years)));
    }
    if let Some(days) = days {
        values.set(DAYS, Value::Integer(u64::from(*days)));
    }
    values.set_text(CUSTOM_EXPIRATION_DATE, custom_expiration_date.as_deref());
}

fn fill_credit_card<'a>(credit_card: &'a CreditCard, values: &mut Values<'a>) {
    let CreditCard {
        number,
        expiration_month,
        expiration_year,
        cvv,
        cardholder_name,
        save_credit_card,
        set_as_default,
        ..
    } = credit_card;
    values.set(CREDIT_CARD, Value::Object);
    values.set(CARD_NUMBER, Value::Text(number.expose()));
    values.set(EXPIRATION_MONTH, Value::Text(expiration_month));
    values.set(EXPIRATION_YEAR, Value::Text(expiration_year));
    values.set(CVV, Value::Text(cvv.expose()));
    values.set(CARDHOLDER_NAME, Value::Text(cardholder_name));
    if let Some(save) = save_credit_card {
        values.set(
            SAVE_CREDIT_CARD,
            match save {
                SaveCreditCard::Save => Value::Boolean(true),
                SaveCreditCard::DoNotSave => Value::Boolean(false),
                SaveCreditCard::NoPreference => Value::Null,
            },
        );
    }
    values.set(SET_AS_DEFAULT, Value::Text(set_as_default.as_str()));
}

fn fill_billing_address<'a>(billing_address: &'a BillingAddress, values: &mut Values<'a>) {
    let BillingAddress { address, address2, city, state, country, zip, .. } = billing_address;
    values.set(BILLING_ADDRESS, Value::Object);
    values.set(BILLING_STREET, Value::Text(address));
    values.set_text(BILLING_STREET2, address2.as_deref());
    values.set(BILLING_CITY, Value::Text(city));
    values.set_text(BILLING_STATE, state.as_deref());
    values.set(BILLING_COUNTRY, Value::Text(country));
    values.set_text(BILLING_ZIP, zip.as_deref());
}
