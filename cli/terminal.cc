#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/paths.h"

namespace groupctl {
namespace {

std::optional<TerminalSize> size_of(int fd) {
  if (::isatty(fd) == 0) return std::nullopt;
  TerminalSize size;
  winsize told{};
  if (::ioctl(fd, TIOCGWINSZ, &told) == 0 && told.ws_col > 0 && told.ws_row > 0) {
    size = {told.ws_col, told.ws_row};
  }
  return size;
}

std::string locale_name() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (auto value = environment_variable(name)) return *std::move(value);
  }
  return "";
}

}  // namespace

ScreenFacts screen_facts() {
  return {size_of(STDERR_FILENO), size_of(STDOUT_FILENO), environment_variable("TERM").value_or(""),
          locale_name(), environment_variable("NO_COLOR").has_value()};
}

}  // namespace groupctl
