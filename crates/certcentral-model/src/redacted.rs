//! `Debug` that says which members are set, and not what they hold.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Shown in place of a value.
pub(crate) enum Presence {
    Absent,
    Empty,
    Set,
}

impl fmt::Debug for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "[absent]",
            Self::Empty => "[empty]",
            Self::Set => "[set]",
        })
    }
}

/// A member of which `Debug` says only whether it is set.
pub(crate) trait Redact {
    fn presence(&self) -> Presence;
}

impl Redact for str {
    fn presence(&self) -> Presence {
        if self.is_empty() { Presence::Empty } else { Presence::Set }
    }
}

impl Redact for &str {
    fn presence(&self) -> Presence {
        (**self).presence()
    }
}

impl Redact for String {
    fn presence(&self) -> Presence {
        self.as_str().presence()
    }
}

impl<T> Redact for Vec<T> {
    fn presence(&self) -> Presence {
        if self.is_empty() { Presence::Empty } else { Presence::Set }
    }
}

impl Redact for u64 {
    fn presence(&self) -> Presence {
        Presence::Set
    }
}

impl<T: Redact> Redact for Option<T> {
    fn presence(&self) -> Presence {
        self.as_ref().map_or(Presence::Absent, Redact::presence)
    }
}

/// Implements `Debug` for a struct. Every field must be named as `shown` or `hidden`: with a new field
/// the crate does not compile until somebody has decided.
macro_rules! redacted_debug {
    ($name:ident $(<$life:lifetime>)? { $($field:ident: $how:ident),+ $(,)? }) => {
        impl core::fmt::Debug for $name $(<$life>)? {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), redacted_debug!(@ $how self.$field)))+
                    .finish()
            }
        }

        // The compiler's error for a pattern would not name the missing field.
        const _: () = {
            fn every_field_is_named(it: $name) -> $name {
                $name { $($field: it.$field),+ }
            }
            let _ = every_field_is_named;
        };
    };
    (@ shown $field:expr) => { &$field };
    (@ hidden $field:expr) => { &$crate::redacted::Redact::presence(&$field) };
}

/// Declares what the caller has to give for an object of a request, by name.
macro_rules! details {
    (
        $(#[$meta:meta])*
        pub struct $name:ident<$life:lifetime> {
            $($(#[$doc:meta])* $how:ident $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone)]
        #[allow(clippy::exhaustive_structs, reason = "the caller has to give all of it")]
        pub struct $name<$life> {
            $($(#[$doc])* pub $field: $type,)+
        }

        redacted_debug!($name<'_> { $($field: $how),+ });
    };
}
