#include "tests/simulation/world/commands.h"

#include <algorithm>
#include <cstdlib>

#include "commands/syntax.h"
#include "commands/system/system.h"
#include "log/hash.h"

namespace groupctl::sim {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (char c : text + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

const SyntaxRow* row_of(const std::string& name) {
  std::string verb = name;
  std::transform(verb.begin(), verb.end(), verb.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  const auto& rows = syntax_table();
  if (verb == "label") verb = "member label";
  auto found = std::find_if(rows.begin(), rows.end(), [&](const SyntaxRow& row) {
    return !verb.empty() && row.verb == verb;
  });
  return found == rows.end() ? nullptr : &*found;
}

/// "UNDO 12 shop" and its like.
std::optional<SubmittedCommand> steer_command(const std::vector<std::string>& words,
                                              const Target& target) {
  for (SteerWhat what :
       {SteerWhat::kPause, SteerWhat::kResume, SteerWhat::kAbort, SteerWhat::kUndo}) {
    std::string word(to_word(what));
    for (char& c : word) c = static_cast<char>(c - 'a' + 'A');
    if (words[0] != word) continue;
    SubmittedCommand command;
    command.kind = kSteerKind;
    command.target = what == SteerWhat::kUndo ? target : Target::none();
    const Sequence rollout(std::strtoull(words[1].c_str(), nullptr, 10));
    command.payload = steer_payload({rollout, words[2]}, what);
    return command;
  }
  return std::nullopt;
}

}  // namespace

Result<SubmittedCommand> make_command(const std::string& text, Target target,
                                      std::uint64_t ttl_ms) {
  std::vector<std::string> words = words_of(text);
  if (words.size() == 2 && words.front() == "EVICT") {
    SubmittedCommand command;
    command.kind = kLeftKind;
    command.payload = evicted_payload(words.back());
    return command;
  }
  if (words.size() == 3) {
    if (auto steering = steer_command(words, target)) return *std::move(steering);
  }
  const bool catalogued = words.size() > 1 && words.back() == "catalogued";
  if (catalogued) words.pop_back();
  const SyntaxRow* row = words.empty() ? nullptr : row_of(words.front());
  if (row == nullptr) return fail(ErrorCode::kInvalid, "no such command: " + text);
  SyntaxValues values;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (row->verb == "deploy" && equals != std::string::npos) {
      values["--" + words[i].substr(0, equals)] = {words[i].substr(equals + 1)};
      continue;
    }
    if (row->positionals.empty()) return fail(ErrorCode::kInvalid, "too many words: " + text);
    values[std::string(row->positionals.front().name)].push_back(words[i]);
  }
  if (row->verb == "deploy" && words.size() > 1 && !catalogued) {
    values["--digest"] = {sim_digest(words[1]).hex()};
  }
  auto built = row->build(values);
  if (!built) return tl::unexpected<Error>(built.error());
  SubmittedCommand command;
  command.kind = built->kind;
  command.payload = std::move(built->payload);
  command.target = std::move(target);
  command.ttl_ms = ttl_ms > 0 ? ttl_ms : row->default_ttl_ms;
  return command;
}

ArtefactDigest sim_digest(const std::string& content) {
  ArtefactDigest digest;
  digest.assign(hash_of(as_bytes(content)).view());
  return digest;
}

std::string command_text(KindId kind, ByteView payload) {
  const SyntaxRow* row = find_syntax(kind);
  return row == nullptr ? "an unknown kind" : row->describe(payload);
}

}  // namespace groupctl::sim
