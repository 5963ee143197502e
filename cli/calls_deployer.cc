// deployer test.
#include "cli/calls.h"

namespace groupctl {
namespace {

Result<Call> test(const Words& words) {
  auto path = words.needed("PATH");
  if (!path) return tl::unexpected(path.error());
  return DeployerTestCall{*std::move(path), words.one_or_none("--keeper")};
}

Result<Call> noun(const Words&) {
  return fail(ErrorCode::kInvalid, "deployer test PATH is needed");
}

constexpr CallRow kRows[] = {{"deployer", noun}, {"deployer test", test}};

}  // namespace

std::span<const CallRow> deployer_calls() { return kRows; }

}  // namespace groupctl
