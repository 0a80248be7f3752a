use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::answer::read::lenient;

/// A product as an order shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProductInfo {
    /// The product's `name_id`, as in the URL that orders go to.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name_id: Option<String>,
    /// The product's name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The kind of product.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
}
