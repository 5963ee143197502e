// Verbs about the group's repository and its artefacts.
#include "cli/calls.h"
#include "commands/state/names.h"

namespace groupctl {
namespace {

Result<Call> repo_noun(const Words&) {
  return fail(ErrorCode::kInvalid, "repo put, list, verify or gc is needed");
}

Result<Call> put(const Words& words) {
  const auto artefact = words.one("ARTEFACT");
  const auto file = words.one("FILE");
  if (!artefact || !file) {
    return fail(ErrorCode::kInvalid, "repo put NAME@VERSION FILE: both are needed");
  }
  const std::size_t at = artefact->find('@');
  RepoPutCall call{
      {artefact->substr(0, at), at == std::string::npos ? "" : artefact->substr(at + 1)},
      *file,
      words.one_or_none("--message")};
  if (!is_name(call.artefact.name) || !is_version(call.artefact.version)) {
    return fail(ErrorCode::kInvalid, "\"" + *artefact + "\" is not NAME@VERSION");
  }
  return call;
}

Result<Call> collect(const Words& words) { return RepoGcCall{words.on("--dry-run")}; }

Result<Call> artefact_noun(const Words&) {
  return fail(ErrorCode::kInvalid, "artefact list, show NAME or where NAME is needed");
}

template <ArtefactCall::What what>
Result<Call> artefact(const Words& words) {
  auto name = words.needed("NAME");
  if (!name) return tl::unexpected(name.error());
  return ArtefactCall{what, *std::move(name)};
}

constexpr CallRow kRows[] = {{"repo", repo_noun},
                             {"repo put", put},
                             {"repo list", plain<RepoListCall>},
                             {"repo verify", plain<RepoVerifyCall>},
                             {"repo gc", collect},
                             {"artefact", artefact_noun},
                             {"artefact list", plain<ArtefactListCall>},
                             {"artefact show", artefact<ArtefactCall::What::kShow>},
                             {"artefact where", artefact<ArtefactCall::What::kWhere>}};

}  // namespace

std::span<const CallRow> repository_calls() { return kRows; }

}  // namespace groupctl
