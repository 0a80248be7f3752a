use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::answer::order_info::OrderInfo;
use crate::answer::read::{Entries, Lenient};
use crate::answer::request_info::RequestInfo;

answer_object! {
    /// The part of a list that a page shows.
    #[derive(Copy)]
    pub struct Page {
        /// Entries in the whole list.
        shown total: Option<u64>,
        /// Entries per page. Some answers say 0.
        shown limit: Option<u64>,
        /// Entries before this page.
        shown offset: Option<u64>,
    }
}

impl Page {
    /// Creates a part of a list.
    #[must_use]
    pub fn new(total: u64, limit: u64, offset: u64) -> Self {
        Self { total: Some(total), limit: Some(limit), offset: Some(offset) }
    }
}

/// Declares a page of a list. Entries that cannot be read are counted, so that nobody takes the list
/// for complete.
macro_rules! list {
    ($(#[$meta:meta])* $name:ident { $(#[$entries_meta:meta])* $entries:ident: $entry:ty }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $name {
            $(#[$entries_meta])*
            #[cfg_attr(feature = "schema", schemars(default))]
            pub $entries: Vec<$entry>,
            /// The part of the list that this page shows.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "schema", schemars(default))]
            pub page: Option<Page>,
            /// How many entries could not be read. Not on the wire.
            #[serde(skip)]
            pub unreadable: usize,
        }

        impl $name {
            /// Creates a page of a list.
            #[must_use]
            pub fn new($entries: Vec<$entry>, page: Page) -> Self {
                Self { $entries, page: Some(page), unreadable: 0 }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                const MEMBERS: &[&str] = &[stringify!($entries), "page"];
                let visitor = PageVisitor { entries: MEMBERS[0], entry: PhantomData };
                let (entries, page) =
                    deserializer.deserialize_struct(stringify!($name), MEMBERS, visitor)?;
                let Entries { read, unreadable } = entries;
                Ok(Self { $entries: read, page, unreadable })
            }
        }
    };
}

/// Reads a page. An empty object is an empty list, as in some answers, and so is a page without
/// entries. An object with other members only is refused.
struct PageVisitor<T> {
    entries: &'static str,
    entry: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageVisitor<T> {
    type Value = (Entries<T>, Option<Page>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut entries, mut page, mut has_others) = (None, None, false);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                name if name == self.entries => entries = Some(map.next_value::<Entries<T>>()?),
                "page" => page = map.next_value::<Lenient<Option<Page>>>()?.expected().flatten(),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    has_others = true;
                }
            }
        }
        if entries.is_none() && page.is_none() && has_others {
            return Err(de::Error::missing_field(self.entries));
        }
        let entries = entries.unwrap_or(Entries { read: Vec::new(), unreadable: 0 });
        Ok((entries, page))
    }
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
