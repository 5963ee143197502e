// Starts a subject under a keeper, and stays until it is killed: keeper-starter once|keep KEEPER
// RUN_DIR SUBJECT WORD...
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "keeper/kept.h"
#include "keeper/once.h"

int main(int argc, char** argv) {
  using namespace groupctl::keeper;
  const char* mark = std::getenv("STARTER_MARK");
  if (argc < 6 || mark == nullptr) return 2;
  KeptSpec spec;
  spec.program.path = argv[4];
  spec.program.argv = {argv + 4, argv + argc};
  spec.program.environment = {{"MARK", mark}};
  spec.program.grace_ms = 300;
  if (std::string_view(argv[1]) == "once") {
    return run_once(argv[2], spec.program, {}, 0, {}, {}) ? 0 : 1;
  }
  if (!Kept(argv[2], argv[3]).start(spec, 10'000)) return 1;
  for (;;) ::pause();
}
