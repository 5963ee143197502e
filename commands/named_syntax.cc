#include "commands/named_syntax.h"

#include "commands/state/names.h"

namespace groupctl::named {

Result<std::vector<std::string>> typed_names(const SyntaxValues& values, bool may_be_none) {
  auto typed = single_value(values, "ARTEFACT");
  if (!typed) return tl::unexpected<Error>(typed.error());
  std::vector<std::string> names;
  std::string_view rest = *typed ? std::string_view(**typed) : std::string_view();
  while (*typed) {
    const std::size_t comma = rest.find(',');
    names.emplace_back(rest.substr(0, comma));
    if (!is_name(names.back())) {
      return fail(ErrorCode::kInvalid, "\"" + names.back() + "\" is no artefact's name");
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (auto valid = check("ARTEFACT", names, may_be_none); !valid) {
    return tl::unexpected<Error>(valid.error());
  }
  return names;
}

}  // namespace groupctl::named
