use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::read::not_null;

/// How long certificates issued for the order are valid (`order_validity`).
///
/// Of several members the custom date wins over the days, and the days over the years. Accounts
/// without Multi-year Plans do not use this object at all. Without it, and when the validity would
/// end within 365 days, the certificate gets the validity of the order or the longest that the
/// baseline requirements allow, whichever is shorter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OrderValidity {
    /// Number of years the certificate is valid after it is issued: 1, 2 or 3.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub years: Option<u32>,
    /// Number of days the certificate is valid after it is issued, at most 397. Overrides `years`.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// A custom expiration date, `dd MMM YYYY` (`09 JUN 2021`), within 397 days of the day of the
    /// request. Overrides `days` and `years`.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub custom_expiration_date: Option<String>,
}

impl OrderValidity {
    /// Valid for 1, 2 or 3 years.
    #[must_use]
    pub fn years(years: u32) -> Self {
        Self { years: Some(years), ..Self::default() }
    }

    /// Valid for 1 to 397 days.
    #[must_use]
    pub fn days(days: u32) -> Self {
        Self { days: Some(days), ..Self::default() }
    }

    /// Valid until a date, written `dd MMM YYYY`: `09 JUN 2027`.
    #[must_use]
    pub fn until(custom_expiration_date: impl Into<String>) -> Self {
        Self { custom_expiration_date: Some(custom_expiration_date.into()), ..Self::default() }
    }
}
