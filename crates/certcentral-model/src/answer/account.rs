//! The account that an order belongs to: its divisions and users, its balance, its own fields.

use alloc::string::String;
use alloc::vec::Vec;

use crate::answer::amount::Amount;

answer_object! {
    /// An organization as an order shows it.
    pub struct OrganizationInfo {
        /// Organization ID.
        shown id: Option<u64>,
        /// Name.
        hidden name: Option<String>,
        /// Display name.
        hidden display_name: Option<String>,
        /// Whether orders can be placed for it.
        shown is_active: Option<bool>,
        /// City.
        hidden city: Option<String>,
        /// State or province.
        hidden state: Option<String>,
        /// Country.
        hidden country: Option<String>,
    }
}

answer_object! {
    /// A container (division) of an account.
    pub struct ContainerInfo {
        /// Container ID.
        shown id: Option<u64>,
        /// Name.
        shown name: Option<String>,
    }
}

answer_object! {
    /// A user of an account, or a contact of an order: `GET /user/me`, or a member of other answers,
    /// with fewer members there.
    pub struct UserInfo {
        /// User ID.
        shown id: Option<u64>,
        /// Login name.
        hidden username: Option<String>,
        /// Account ID.
        shown account_id: Option<u64>,
        /// First name.
        hidden first_name: Option<String>,
        /// Last name.
        hidden last_name: Option<String>,
        /// Email address.
        hidden email: Option<String>,
        /// Job title.
        hidden job_title: Option<String>,
        /// Telephone number.
        hidden telephone: Option<String>,
        /// Whether the user is active.
        shown status: Option<String>,
        /// The kind of user.
        shown r#type: Option<String>,
        /// When the user last logged in, as `YYYY-MM-DD hh:mm:ss`, which is not ISO 8601.
        shown last_login_date: Option<String>,
        /// The user's container.
        shown container: Option<ContainerInfo>,
        /// The user's roles.
        shown access_roles: Vec<AccessRole>,
    }
}

answer_object! {
    /// A role of a user or an API key.
    pub struct AccessRole {
        /// Role ID.
        shown id: Option<u64>,
        /// Name.
        shown name: Option<String>,
    }
}

answer_object! {
    /// The money that an account can spend: `GET /finance/balance`. All amounts are in
    /// [`currency`](Self::currency).
    pub struct Balance {
        /// The balance.
        shown balance: Option<Amount>,
        /// The currency, as `EUR`.
        shown currency: Option<String>,
        /// The amount that is invoiced and not paid.
        shown unpaid_invoice_balance: Option<Amount>,
        /// How far the balance may fall below zero.
        shown negative_balance_limit: Option<Amount>,
        /// The credit that is used from other containers.
        shown used_credit_from_other_containers: Option<Amount>,
        /// The total that can be spent.
        shown total_available_funds: Option<Amount>,
        /// Whether the balance may fall without a limit. If so, the limit and the total are absent.
        shown unlimited_negative_balance: Option<bool>,
    }
}

answer_object! {
    /// A field that the account asks for in addition to the API's own.
    pub struct CustomField {
        /// The field's ID.
        shown id: Option<u64>,
        /// The field's name.
        shown label: Option<String>,
        /// Whether an order must have it.
        shown is_required: Option<bool>,
        /// Whether it is in use.
        shown is_active: Option<bool>,
        /// What it holds: `text`, `int`, `email_address` or `email_list`. Absent: anything.
        shown data_type: Option<String>,
    }
}

answer_object! {
    /// The fields of an account: `GET /account/metadata`. Without any, the answer is `{}`.
    pub struct CustomFieldList {
        /// The fields.
        shown metadata: Vec<CustomField>,
    }
}
