//! What can be wrong with an order before any rule looks at a value.

/// What a reader of JSON can find wrong before any rule looks at a value.
///
/// `required` and `placeholder` can be wrong with an order of the model, too.
#[derive(Debug)]
#[non_exhaustive]
pub struct StructureRule {
    /// What is wrong, in a word that does not change.
    pub code: &'static str,
    /// What to do about it.
    pub message: &'static str,
    /// Why it is an error.
    pub reason: &'static str,
    /// Whether a JSON Schema sees it too.
    pub in_schema: bool,
}

/// Every way in which a text can fail to be an order.
pub static STRUCTURE: [&StructureRule; 10] = [
    &NOT_UTF8,
    &INVALID_JSON,
    &REQUIRED,
    &UNKNOWN_MEMBER,
    &DUPLICATE_MEMBER,
    &WRONG_TYPE,
    &NULL,
    &INVALID_ESCAPE,
    &PLACEHOLDER,
    &UNREADABLE,
];

pub(crate) static NOT_UTF8: StructureRule = StructureRule {
    code: "not_utf8",
    message: "this text is not UTF-8: save the file with that encoding",
    reason: "JSON is UTF-8 (RFC 8259).",
    in_schema: false,
};
pub(crate) static INVALID_JSON: StructureRule = StructureRule {
    code: "invalid_json",
    message: "this is not JSON: look for a comma, a quote or a bracket too many or too few",
    reason: "The API takes JSON.",
    in_schema: false,
};
pub(crate) static REQUIRED: StructureRule = StructureRule {
    code: "required",
    message: "is missing: it is required",
    reason: "The page requires the member.",
    in_schema: true,
};
pub(crate) static UNKNOWN_MEMBER: StructureRule = StructureRule {
    code: "unknown_member",
    message: "is not a member that the API knows here: remove it, or correct its name",
    reason: "A misspelt optional member would be lost without a word.",
    in_schema: true,
};
pub(crate) static DUPLICATE_MEMBER: StructureRule = StructureRule {
    code: "duplicate_member",
    message: "is given more than once: keep one",
    reason: "Which of two values counts is anybody's guess.",
    in_schema: false,
};
pub(crate) static WRONG_TYPE: StructureRule = StructureRule {
    code: "wrong_type",
    message: "is of another type than it must be",
    reason: "The page states the type.",
    in_schema: true,
};
pub(crate) static NULL: StructureRule = StructureRule {
    code: "null",
    message: "must not be null: leave it out, or give it a value",
    reason: "The page allows null for save_credit_card only.",
    in_schema: true,
};
pub(crate) static INVALID_ESCAPE: StructureRule = StructureRule {
    code: "invalid_escape",
    message: "has an escape for half of a character: write the character itself",
    reason: "Half of a surrogate pair is not a character.",
    in_schema: false,
};
pub(crate) static PLACEHOLDER: StructureRule = StructureRule {
    code: "placeholder",
    message: "is a placeholder: fill it in",
    reason: "A text in angle brackets is what a template has in place of a value.",
    in_schema: false,
};
pub(crate) static UNREADABLE: StructureRule = StructureRule {
    code: "unreadable",
    message: "cannot be read as this kind of order",
    reason: "The model refuses what the catalogue lets through.",
    in_schema: false,
};
