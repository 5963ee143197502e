// The fields of wire/group_messages.h that are no rows (wire/admin_rows.h). Only the admin plane's
// codecs include this.
#pragma once

#include "wire/admin.capnp.h"
#include "wire/fields.h"

namespace groupctl::wire {

void write(const CreateGroup& create, wire_schema::CreateGroup::Builder out);
CreateGroup read(wire_schema::CreateGroup::Reader in, FieldReader& fields);
void write(const DeleteGroup& deletion, wire_schema::DeleteGroup::Builder out);
DeleteGroup read(wire_schema::DeleteGroup::Reader in, FieldReader& fields);

}  // namespace groupctl::wire
