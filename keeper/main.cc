// group-keeper: runs one foreign program and owns what it starts. For other programs of groupctl,
// which start it by keeper/once.h and keeper/kept.h; its arguments are theirs.
#include <cstdio>
#include <string_view>

#include "keeper/keep_run.h"
#include "keeper/once_run.h"

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "once" && argc == 2) return groupctl::keeper::run_once_keeper();
  if (mode == "keep" && argc == 3) return groupctl::keeper::run_keep_keeper(argv[2]);
  std::fputs("group-keeper is started by the other programs of groupctl\n", stderr);
  return 2;
}
