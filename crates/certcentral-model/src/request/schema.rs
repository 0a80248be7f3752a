//! The derived schema of a request's object says what its reader accepts: a member may be absent,
//! and is never `null`.

use alloc::string::String;

use schemars::Schema;

/// Takes the `null` away that schemars adds for each `Option`.
///
/// It is always the last of several types. [`SaveCreditCard`] has `null` as its first, and keeps it.
///
/// [`SaveCreditCard`]: crate::request::payment::SaveCreditCard
pub(crate) fn without_null(schema: &mut Schema) {
    let Some(members) = schema.get_mut("properties").and_then(|it| it.as_object_mut()) else {
        return;
    };
    for member in members.values_mut().filter_map(|member| member.as_object_mut()) {
        // `"type": ["string", "null"]`
        if let Some(types) = member.get_mut("type").and_then(|types| types.as_array_mut())
            && types.last().is_some_and(|last| last == "null")
        {
            types.pop();
            if let [only] = &mut types[..] {
                let only = only.take();
                member.insert(String::from("type"), only);
            }
        }
        // `"anyOf": [{ "$ref": … }, { "type": "null" }]`
        if let Some(forms) = member.get_mut("anyOf").and_then(|forms| forms.as_array_mut())
            && let [form, _] = &mut forms[..]
            && let Some(form) = form.as_object_mut().map(core::mem::take)
        {
            member.remove("anyOf");
            member.extend(form);
        }
    }
}
