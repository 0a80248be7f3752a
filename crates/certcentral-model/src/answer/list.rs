use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};

use crate::answer::order_info::OrderInfo;
use crate::answer::read::{Entries, lenient};
use crate::answer::request_info::RequestInfo;

/// Which part of a list a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Page {
    /// Entries in the whole list.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Entries a page.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Entries before this page.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl Page {
    /// A part of a list.
    #[must_use]
    pub fn new(total: u64, limit: u64, offset: u64) -> Self {
        Self { total: Some(total), limit: Some(limit), offset: Some(offset) }
    }
}

/// A list of an answer: entries that cannot be read are counted, so that nobody takes the list
/// for complete.
macro_rules! list {
    ($(#[$meta:meta])* $name:ident { $(#[$entries_meta:meta])* $entries:ident: $entry:ty }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $name {
            $(#[$entries_meta])*
            pub $entries: Vec<$entry>,
            /// Which part of the list this is.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "schema", schemars(default))]
            pub page: Option<Page>,
            /// How many entries were there that could not be read. Not on the wire.
            #[serde(skip)]
            pub unreadable: usize,
        }

        impl $name {
            /// One page of a list.
            #[must_use]
            pub fn new($entries: Vec<$entry>, page: Page) -> Self {
                Self { $entries, page: Some(page), unreadable: 0 }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(Deserialize)]
                struct Wire {
                    $entries: Entries<$entry>,
                    #[serde(default, deserialize_with = "lenient")]
                    page: Option<Page>,
                }
                let Wire { $entries: Entries { read, unreadable }, page } =
                    Wire::deserialize(deserializer)?;
                Ok(Self { $entries: read, page, unreadable })
            }
        }
    };
}

list! {
    /// One page of the order list: `GET /order/certificate`.
    OrderList {
        /// The orders that could be read.
        orders: OrderInfo
    }
}
list! {
    /// One page of the request list: `GET /request`.
    RequestList {
        /// The requests that could be read.
        requests: RequestInfo
    }
}
