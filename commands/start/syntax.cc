#include "commands/named_syntax.h"
#include "commands/start/words.h"

namespace groupctl::start {

SyntaxRow syntax_row() {
  SyntaxRow row = named::syntax_row<Command>();
  row.verb = "start";
  row.summary = "run artefacts that were stopped";
  row.help =
      "What is deployed runs unless it was stopped. Members that join later run it too.\n"
      "Artefacts start in the order that their releases ask for (plan files: after).\n\n"
      "  groupctl start shop\n"
      "  groupctl start shop,cache -t role=web";
  return row;
}

}  // namespace groupctl::start
