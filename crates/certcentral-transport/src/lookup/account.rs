//! The account that orders are placed with: its products, balance, user and custom fields.

use certcentral_model::{
    Balance, CustomField, CustomFieldList, ProductInfo, ProductList, UserInfo,
};
use http::Request;

use crate::client::Client;
use crate::http::answer::{LIST_CAP, ORDER_CAP};
use crate::http::request::{NoBody, get as get_request, write_pair};
use crate::lookup::error::LookupError;
use crate::lookup::get_redacted;
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;

/// Returns the request for a product: `GET {base}/product/{name_id}`.
#[must_use]
pub fn product_info_request(base: &BaseUrl, key: &ApiKey, name_id: &str) -> Request<NoBody> {
    let mut url = format!("{base}/product/");
    url.extend(url::form_urlencoded::byte_serialize(name_id.as_bytes()));
    get_request(url, key)
}

/// Returns the request for the products of an account: `GET {base}/product`.
#[must_use]
pub fn product_list_request(base: &BaseUrl, key: &ApiKey) -> Request<NoBody> {
    get_request(format!("{base}/product"), key)
}

/// Returns the request for the balance of an account, or of one of its containers:
/// `GET {base}/finance/balance`.
#[must_use]
pub fn balance_request(base: &BaseUrl, key: &ApiKey, container: Option<u64>) -> Request<NoBody> {
    let mut url = format!("{base}/finance/balance");
    if let Some(container) = container {
        url.push('?');
        write_pair(&mut url, "container_id", &container.to_string());
    }
    get_request(url, key)
}

/// Returns the request for the user whose API key is used: `GET {base}/user/me`.
#[must_use]
pub fn user_request(base: &BaseUrl, key: &ApiKey) -> Request<NoBody> {
    get_request(format!("{base}/user/me"), key)
}

/// Returns the request for the custom fields of an account: `GET {base}/account/metadata`.
#[must_use]
pub fn custom_field_list_request(base: &BaseUrl, key: &ApiKey) -> Request<NoBody> {
    get_request(format!("{base}/account/metadata"), key)
}

impl Client {
    /// Looks a product up by its `name_id`: `GET /product/{name_id}`.
    ///
    /// # Errors
    ///
    /// [`LookupError`]; [`is_not_found`](LookupError::is_not_found) if the account does not have it.
    pub async fn get_product(&self, name_id: &str) -> Result<ProductInfo, LookupError> {
        get_redacted(self, |base, key| product_info_request(base, key, name_id), ORDER_CAP).await
    }

    /// Lists the products that the account may order: `GET /product`.
    pub async fn list_products(&self) -> Result<Vec<ProductInfo>, LookupError> {
        let list: ProductList = get_redacted(self, product_list_request, LIST_CAP).await?;
        Ok(list.products)
    }

    /// Returns what the account can pay with: `GET /finance/balance`. An account of several
    /// divisions needs the container whose balance is meant.
    pub async fn get_balance(&self, container: Option<u64>) -> Result<Balance, LookupError> {
        get_redacted(self, |base, key| balance_request(base, key, container), ORDER_CAP).await
    }

    /// Returns the user whose API key is used: `GET /user/me`.
    pub async fn get_user(&self) -> Result<UserInfo, LookupError> {
        get_redacted(self, user_request, ORDER_CAP).await
    }

    /// Lists the fields that the account asks for beside the API's own: `GET /account/metadata`.
    pub async fn list_custom_fields(&self) -> Result<Vec<CustomField>, LookupError> {
        let list: CustomFieldList =
            get_redacted(self, custom_field_list_request, ORDER_CAP).await?;
        Ok(list.metadata)
    }
}
