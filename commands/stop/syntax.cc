#include "commands/named_syntax.h"
#include "commands/stop/words.h"

namespace groupctl::stop {

SyntaxRow syntax_row() {
  SyntaxRow row = named::syntax_row<Command>();
  row.verb = "stop";
  row.summary = "stop artefacts until they are started again";
  row.help =
      "Stays in force: members that join later do not start it, and a deploy puts the\n"
      "release in place without starting it. Artefacts stop in the reverse of the order\n"
      "in which they start.\n\n"
      "  groupctl stop shop\n"
      "  groupctl stop shop,cache web-03 web-07";
  return row;
}

}  // namespace groupctl::stop
