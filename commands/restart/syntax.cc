#include "commands/named_syntax.h"
#include "commands/restart/words.h"

namespace groupctl::restart {

SyntaxRow syntax_row() {
  SyntaxRow row = named::syntax_row<Command>();
  row.verb = "restart";
  row.summary = "start artefacts anew where they run";
  row.help =
      "A member that was away runs the last of several restarts, and none that came\n"
      "before what it deploys meanwhile. Where an artefact is stopped or not deployed\n"
      "it is skipped.\n\n"
      "  groupctl restart shop\n"
      "  groupctl restart shop,cache -t rack=r2";
  row.entry_class = EntryClass::kLatest;
  return row;
}

}  // namespace groupctl::restart
