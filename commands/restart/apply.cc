#include "commands/named_apply.h"
#include "commands/restart/words.h"

namespace groupctl::restart {

ApplyRow apply_row() {
  return {kind_of<payload::Restart>(), Command::kName,
          EntryClass::kLatest,         false,
          named::keys<Command>,        named::change_nothing<Command>,
          named::not_set_later};
}

}  // namespace groupctl::restart
