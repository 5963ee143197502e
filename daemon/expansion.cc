#include "daemon/expansion.h"

#include "daemon/paths.h"

namespace groupctl {

Result<std::string> expanded(std::string_view text, const Lookup& lookup) {
  std::string whole;
  while (true) {
    const std::size_t dollar = text.find('$');
    whole += text.substr(0, dollar);
    if (dollar == std::string_view::npos) return whole;
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      whole += '$';
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find('}');
    if (!text.starts_with('{') || end == std::string_view::npos) {
      return fail(ErrorCode::kInvalid, "a variable is written ${NAME}, and a dollar $$");
    }
    const std::string name(text.substr(1, end - 1));
    const auto value = lookup(name);
    if (!value) return fail(ErrorCode::kInvalid, "there is no variable ${" + name + "}");
    whole += *value;
    text.remove_prefix(end + 1);
  }
}

std::string with_dollars_doubled(std::string_view text) {
  std::string doubled;
  for (const char c : text) doubled += c == '$' ? "$$" : std::string(1, c);
  return doubled;
}

Lookup surroundings(const std::string& program_name) {
  return [program_name](const std::string& name) -> std::optional<std::string> {
    if (name == "STATE_DIRECTORY") return default_state_dir(program_name);
    if (name == "KEY_DIRECTORY") return default_key_dir();
    if (auto told = environment_variable(name)) return told;
    if (name == "HOSTNAME") return short_host_name();
    if (name == "PROGRAM_DIR") return program_dir();
    return std::nullopt;
  };
}

}  // namespace groupctl
