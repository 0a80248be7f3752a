use alloc::string::String;
use alloc::vec::Vec;

answer_object! {
    /// A product: `GET /product/{name_id}`, an entry of [`ProductList`], or a member of an order, with
    /// its names alone there.
    pub struct ProductInfo {
        /// The product's `name_id`, as in the URL that orders go to.
        shown name_id: Option<String>,
        /// The product's name.
        shown name: Option<String>,
        /// The kind of product.
        shown r#type: Option<String>,
        /// The group of products that it belongs to.
        shown group_name: Option<String>,
        /// How the holder is validated.
        shown validation_type: Option<String>,
        /// The name of the kind of validation.
        shown validation_name: Option<String>,
        /// The meaning of the kind of validation.
        shown validation_description: Option<String>,
        /// The containers that may order it.
        shown allowed_container_ids: Vec<u64>,
        /// The validities of a certificate that may be ordered, in years.
        shown allowed_validity_years: Vec<u32>,
        /// The validities of an order, in years.
        shown allowed_order_validity_years: Vec<u32>,
        /// The hash algorithms that may be ordered.
        shown signature_hash_types: Option<SignatureHashTypes>,
        /// Whether an order needs a CSR.
        shown csr_required: Option<bool>,
        /// Whether duplicates can be ordered.
        shown duplicates_allowed: Option<bool>,
        /// Whether the caller may choose the day on which a certificate ends.
        shown custom_expiration_date_allowed: Option<bool>,
        /// Whether certificates can be renewed automatically.
        shown allow_auto_renew: Option<bool>,
    }
}

answer_object! {
    /// The hash algorithms that a product can be ordered with.
    pub struct SignatureHashTypes {
        /// The algorithms.
        shown allowed_hash_types: Vec<SignatureHashType>,
        /// The default.
        shown default_hash_type_id: Option<String>,
    }
}

answer_object! {
    /// A hash algorithm.
    pub struct SignatureHashType {
        /// The value in an order.
        shown id: Option<String>,
        /// The name for people.
        shown name: Option<String>,
    }
}

answer_object! {
    /// The products that an account may order: `GET /product`.
    pub struct ProductList {
        /// The products.
        shown products: Vec<ProductInfo>,
    }
}
