#include "commands/named_apply.h"
#include "commands/refresh/words.h"

namespace groupctl::refresh {

ApplyRow apply_row() {
  return {kind_of<payload::Refresh>(), Command::kName,
          EntryClass::kLatest,         false,
          named::keys<Command>,        named::change_nothing<Command>,
          named::not_set_later};
}

}  // namespace groupctl::refresh
