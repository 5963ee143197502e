#include "commands/named_syntax.h"
#include "commands/refresh/words.h"

namespace groupctl::refresh {

SyntaxRow syntax_row() {
  SyntaxRow row = named::syntax_row<Command>();
  row.verb = "refresh";
  row.summary = "have artefacts read their configuration again";
  row.help =
      "Without a restart: the deployer says how (a process gets a signal, HUP if its\n"
      "configuration names no other). Without ARTEFACT all that a member runs. A\n"
      "member that was away runs the last of several.\n\n"
      "  groupctl refresh shop\n"
      "  groupctl refresh -t rack=r2";
  row.entry_class = EntryClass::kLatest;
  return row;
}

}  // namespace groupctl::refresh
