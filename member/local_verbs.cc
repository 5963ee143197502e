#include "member/local_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "daemon/clock.h"
#include "daemon/file_digest.h"
#include "daemon/who.h"
#include "member/ask_local.h"
#include "member/local_text.h"

namespace groupctl {
namespace {

constexpr std::string_view kFamily = "local ";
constexpr std::uint64_t kLookMs = 5000;

FlagSpec output_flag() {
  return {.name = "output",
          .placeholder = "FORMAT",
          .help = "table or json",
          .default_value = "table",
          .letter = "o"};
}

VerbSpec local_verb(std::string name, std::string words, std::string summary,
                    const FlagSpec& state_dir) {
  VerbSpec verb{std::string(kFamily) + name, std::move(summary), {}, std::move(words)};
  verb.flags = {state_dir,
                output_flag(),
                {.name = "message",
                 .placeholder = "WHY",
                 .help = "why, shown with the deviation",
                 .letter = "m"},
                {.name = "wait-timeout",
                 .placeholder = "TIME",
                 .help = "how long to wait for the end; it goes on after that",
                 .kind = FlagKind::kDuration,
                 .default_value = "10m"}};
  return verb;
}

void add_deploy_flags(VerbSpec& verb) {
  verb.flags.push_back({.name = "digest", .placeholder = "HEX", .help = "SHA-256 of the archive"});
  verb.flags.push_back({.name = "archive",
                        .placeholder = "FILE",
                        .help = "the archive, to compute the digest from"});
  verb.flags.push_back({.name = "deployer",
                        .placeholder = "NAME",
                        .help = "which deployer puts it in place",
                        .default_value = "dir"});
}

// ---- from words to a command

Result<std::string> one_word(const ParsedFlags& flags, std::string_view what) {
  if (flags.words().size() == 1) return flags.words().front();
  return fail(ErrorCode::kInvalid, fmt::format("one {} is needed", what));
}

Result<std::vector<std::string>> some_words(const ParsedFlags& flags, std::string_view what) {
  if (!flags.words().empty()) return flags.words();
  return fail(ErrorCode::kInvalid, fmt::format("{} is needed", what));
}

Result<ArtefactDigest> digest_in(const ParsedFlags& flags) {
  if (flags.has("archive")) {
    auto digest = file_digest(flags.text("archive"));
    if (!digest) return fail(ErrorCode::kInvalid, "--archive: " + digest.error().text);
    return digest;
  }
  if (!flags.has("digest")) {
    return fail(ErrorCode::kInvalid, "give --digest HEX, or --archive FILE that computes it");
  }
  std::string_view text = flags.text("digest");
  if (text.starts_with("sha256:")) text.remove_prefix(7);
  ArtefactDigest digest;
  if (digest.assign_hex(text) && digest) return digest;
  return fail(ErrorCode::kInvalid, "--digest: a digest is the 64 digits that sha256sum prints");
}

Result<LocalVerb> deploy(const ParsedFlags& flags) {
  auto word = one_word(flags, "NAME@VERSION");
  if (!word) return tl::unexpected<Error>(word.error());
  const std::size_t at = word->find('@');
  if (at == std::string::npos) {
    return fail(ErrorCode::kInvalid, "\"" + *word + "\" is not NAME@VERSION");
  }
  auto digest = digest_in(flags);
  if (!digest) return tl::unexpected<Error>(digest.error());
  return LocalDeploy{
      word->substr(0, at), word->substr(at + 1), *digest, flags.text("deployer"), {}};
}

Result<LocalVerb> set(const ParsedFlags& flags) {
  auto words = some_words(flags, "KEY=VALUE");
  if (!words) return tl::unexpected<Error>(words.error());
  LocalSet verb;
  for (const std::string& word : *words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      return fail(ErrorCode::kInvalid, "\"" + word + "\" is not KEY=VALUE");
    }
    verb.pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return verb;
}

Result<LocalVerb> unset(const ParsedFlags& flags) {
  auto words = some_words(flags, "KEY");
  if (!words) return tl::unexpected<Error>(words.error());
  return LocalUnset{std::move(*words)};
}

template <class Verb>
Result<LocalVerb> named(const ParsedFlags& flags) {
  auto word = one_word(flags, "NAME");
  if (!word) return tl::unexpected<Error>(word.error());
  return Verb{std::move(*word)};
}

Result<LocalVerb> reconcile(const ParsedFlags& flags) { return LocalReconcile{flags.words()}; }

Result<LocalVerb> scan(const ParsedFlags&) { return LocalScan{}; }

struct Verb {
  std::string_view name;
  std::string_view words;
  std::string_view summary;
  Result<LocalVerb> (*build)(const ParsedFlags&);
};
constexpr Verb kVerbs[] = {
    {"deploy", "NAME@VERSION", "put a release in place on this member alone", deploy},
    {"undeploy", "NAME", "remove an artefact from this member alone", named<LocalUndeploy>},
    {"start", "NAME", "run an artefact on this member", named<LocalStart>},
    {"stop", "NAME", "stop an artefact on this member alone", named<LocalStop>},
    {"set", "KEY=VALUE...", "give properties another value on this member alone", set},
    {"unset", "KEY...", "let properties have no value on this member alone", unset},
    {"hold", "NAME", "leave an artefact as it is, whatever the group says", named<LocalHold>},
    {"release", "NAME", "have an artefact or a property as the group wants it again",
     named<LocalRelease>},
    {"reconcile", "[NAME...]", "give up deviations: these, or all", reconcile},
    {"scan", "", "look now whether what is in place was changed", scan},
};

// ---- asking

int exit_code_for_local(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kUnsupported:
      return 2;
    case ErrorCode::kNotFound:
      return 3;
    case ErrorCode::kUnreachable:
      return 4;
    case ErrorCode::kTimeout:
      return 5;
    default:
      return 7;
  }
}

int say_failure(const Error& error, bool as_json) {
  const int code = exit_code_for_local(error.code);
  if (as_json) {
    std::fputs(local_error_json(error, code).c_str(), stdout);
  } else {
    std::fprintf(stderr, "error: %s\n", error.text.c_str());
  }
  return code;
}

int show(const JobState& job, bool as_json) {
  const bool bad = std::any_of(job.results.begin(), job.results.end(), [](const KeyResult& result) {
    return group_of(result.outcome) == OutcomeGroup::kBad;
  });
  std::fputs((as_json ? job_json(job, bad ? 1 : 0) : job_table(job)).c_str(), stdout);
  return bad ? 1 : 0;
}

/// All pages of what deviates.
Result<DeltaPage> read_delta(const std::string& state_dir) {
  DeltaPage all;
  DeltaQuestion question;
  do {
    auto reply = ask_local(state_dir, Question(question), kLookMs);
    if (!reply) return tl::unexpected<Error>(reply.error());
    const auto* answer = std::get_if<Answer>(&*reply);
    const auto* page = answer == nullptr ? nullptr : std::get_if<DeltaPage>(answer);
    if (page == nullptr) return fail(ErrorCode::kInternal, "the member gave another answer");
    all.at = page->at;
    all.more = page->more && !page->rows.empty();
    all.rows.insert(all.rows.end(), page->rows.begin(), page->rows.end());
    if (all.more) question.after = all.rows.back().key;
  } while (all.more);
  return all;
}

int show_delta(const ParsedFlags& flags, bool as_json) {
  auto delta = read_delta(flags.text("state-dir"));
  if (!delta) return say_failure(delta.error(), as_json);
  std::fputs((as_json ? delta_json(*delta) : delta_table(*delta)).c_str(), stdout);
  return flags.on("exit-code") && !delta->rows.empty() ? 1 : 0;
}

int obey(const ParsedFlags& flags, const Verb& verb, bool as_json) {
  auto built = verb.build(flags);
  if (!built) return say_failure(built.error(), as_json);
  const LocalCommand command{std::move(*built), login_at_host(), wall_now_ms(),
                             flags.has("message") ? flags.text("message") : ""};
  auto reply = ask_local(flags.text("state-dir"), command, flags.duration_ms("wait-timeout"));
  if (!reply) return say_failure(reply.error(), as_json);
  const auto* answer = std::get_if<Answer>(&*reply);
  if (answer == nullptr) {
    return say_failure({ErrorCode::kInternal, "the member gave another answer"}, as_json);
  }
  if (const auto* job = std::get_if<JobState>(answer)) return show(*job, as_json);
  return show_delta(flags, as_json);
}

}  // namespace

std::vector<VerbSpec> local_verbs(const FlagSpec& state_dir) {
  std::vector<VerbSpec> verbs;
  for (const Verb& verb : kVerbs) {
    verbs.push_back(local_verb(std::string(verb.name), std::string(verb.words),
                               std::string(verb.summary), state_dir));
    if (verb.build == deploy) add_deploy_flags(verbs.back());
  }
  VerbSpec diff{.name = "diff", .summary = "show how this member differs from its group"};
  diff.flags = {
      state_dir,
      output_flag(),
      {.name = "exit-code", .help = "exit 1 if there is a difference", .kind = FlagKind::kSwitch}};
  verbs.push_back(std::move(diff));
  return verbs;
}

int run_local_verb(const ParsedFlags& flags) {
  const std::string& format = flags.text("output");
  if (format != "table" && format != "json") {
    return say_failure({ErrorCode::kInvalid, "--output is table or json, not " + format}, false);
  }
  const bool as_json = format == "json";
  for (const Verb& verb : kVerbs) {
    if (flags.verb() == std::string(kFamily) + std::string(verb.name)) {
      return obey(flags, verb, as_json);
    }
  }
  return show_delta(flags, as_json);
}

}  // namespace groupctl
