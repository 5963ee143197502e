#include "keeper/spec.h"

#include <algorithm>
#include <array>

#include "keeper/spec_fields.h"

namespace groupctl::keeper {
namespace {

bool has_zero(std::string_view text) { return text.find('\0') != std::string_view::npos; }

Status wrong(const std::string& what) { return fail(ErrorCode::kInvalid, what); }

Status check_variables(const ProgramSpec& spec) {
  for (const auto& [name, value] : spec.environment) {
    if (name.empty() || name.find('=') != std::string::npos || has_zero(name) || has_zero(value)) {
      return wrong("environment: not a variable: \"" + name + "\"");
    }
  }
  return {};
}

}  // namespace

std::string_view to_word(Restart restart) {
  return kRestartWords.at(static_cast<std::size_t>(restart));
}
std::string_view to_word(Phase phase) { return kPhaseWords.at(static_cast<std::size_t>(phase)); }

Status check(const ProgramSpec& spec) {
  if (!spec.path.starts_with('/') || has_zero(spec.path)) return wrong("path: not absolute");
  if (!spec.folder.empty() && (!spec.folder.starts_with('/') || has_zero(spec.folder))) {
    return wrong("folder: not absolute");
  }
  if (has_zero(spec.user)) return wrong("user: not a name");
  if (std::any_of(spec.argv.begin(), spec.argv.end(), has_zero)) return wrong("argv: a zero byte");
  if (Status variables = check_variables(spec); !variables) return variables;
  if (Result<std::string> text = to_json(spec); !text) return tl::unexpected(text.error());
  return {};
}

Status check(const KeptSpec& spec) {
  constexpr std::uint64_t kLastSignal = 64;
  if (spec.refresh_signal == 0 || spec.refresh_signal > kLastSignal) {
    return wrong("refresh_signal: no signal");
  }
  return check(spec.program);
}

Result<std::string> to_json(const ProgramSpec& spec) { return written(spec); }
Result<std::string> to_json(const KeptSpec& spec) { return written(spec); }
Result<std::string> to_json(const KeptState& state) { return written(state); }

Result<ProgramSpec> program_from_json(std::string_view text) {
  return read_from<ProgramSpec>(text);
}
Result<KeptSpec> kept_spec_from_json(std::string_view text) { return read_from<KeptSpec>(text); }
Result<KeptState> kept_state_from_json(std::string_view text) { return read_from<KeptState>(text); }

}  // namespace groupctl::keeper
