//! The products that can be ordered here. A further one is one implementation, and one route in
//! `api`.

use certcentral_model::{PaymentMethod, ProductOrder, pkio_professional};
use certcentral_validation::Rules;
use serde::de::DeserializeOwned;

pub(crate) trait Product: ProductOrder + Rules + DeserializeOwned {
    /// The product's name as the order list shows it.
    const NAME: &'static str;

    fn payment_method(&self) -> &PaymentMethod;
}

impl Product for pkio_professional::Order {
    const NAME: &'static str = "PKIo Professional - Signing";

    fn payment_method(&self) -> &PaymentMethod {
        &self.payment_method
    }
}
