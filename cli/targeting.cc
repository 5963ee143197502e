#include "cli/targeting.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/exit_code.h"
#include "cli/folded_names.h"
#include "cli/looking.h"
#include "cli/waiting.h"
#include "commands/state/target.h"
#include "daemon/durable_file.h"
#include "daemon/random.h"
#include "log/text.h"

namespace groupctl {
namespace {

using Texts = tl::expected<std::vector<std::string>, Failure>;

constexpr std::string_view kFailedWord = "@failed:";
constexpr std::string_view kBehindWord = "@behind";
constexpr std::string_view kDriftedWord = "@drifted";
constexpr std::uint64_t kDrawnSeeds = 1'000'000;  // short enough to be typed again

tl::unexpected<Failure> wrong_word(const std::string& what) {
  Failure failure = failure_of(Error{ErrorCode::kInvalid, what});
  failure.exit_code = kExitUsage;
  return tl::unexpected(std::move(failure));
}

tl::unexpected<Failure> nobody(const std::string& what) {
  return tl::unexpected(failure_of(Error{ErrorCode::kNoTarget, what}));
}

/// "name in (web-01,web-02)". `names` is not empty.
std::string among(const std::vector<std::string>& names) {
  return fmt::format("name in ({})", fmt::join(names, ","));
}

bool is_behind(const MemberInfo& member, Sequence head) {
  switch (member.state) {
    case MemberState::kLost:
    case MemberState::kJoining:
    case MemberState::kReplaying:
    case MemberState::kBehind:
      return true;
    default:
      return member.marks.executed < head;
  }
}

bool is_drifted(const MemberInfo& member) { return member.delta.drifted > 0; }

/// As the roster names it, for selectors.
MemberRow row_of(const MemberInfo& member) {
  MemberRow row;
  row.id = member.id;
  row.name = member.name;
  row.own_labels = member.labels;
  return row;
}

class Naming {
 public:
  Naming(std::uint64_t within_ms, Client& client) : within_ms_(within_ms), client_(client) {}

  Texts texts_of(const std::vector<std::string>& words);
  Texts drawn(const std::vector<std::string>& texts, const Amount& limit, std::uint64_t seed);
  /// How many there were to draw from.
  std::size_t matched() const { return matched_; }

 private:
  std::optional<Failure> read_roster();
  Texts texts_of_word(const std::string& word);
  Texts failed_at(std::string_view number);
  static Texts lines_of(const std::string& path);
  template <class Wanted>
  Texts those(std::string_view word, const Wanted& wanted);

  std::uint64_t within_ms_;
  Client& client_;
  std::optional<std::vector<MemberInfo>> members_;  ///< by name, once they were asked for
  Sequence head_;
  std::size_t matched_ = 0;
};

std::optional<Failure> Naming::read_roster() {
  if (members_) return std::nullopt;
  auto members = read_members(client_, within_ms_, head_);
  if (!members) return look_failure(client_, members.error()).value();
  members_ = *std::move(members);
  return std::nullopt;
}

template <class Wanted>
Texts Naming::those(std::string_view word, const Wanted& wanted) {
  if (auto failed = read_roster()) return tl::unexpected(*std::move(failed));
  std::vector<std::string> names;
  for (const MemberInfo& member : *members_) {
    if (wanted(member)) names.push_back(member.name);
  }
  if (names.empty()) return nobody(fmt::format("{} is no member now", word));
  return std::vector{among(names)};
}

Texts Naming::failed_at(std::string_view number) {
  std::uint64_t sequence = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), sequence);
  if (read.ec != std::errc() || read.ptr != number.data() + number.size() || sequence == 0) {
    return wrong_word(fmt::format("--target: {}{}: the sequence of a command comes behind the ':'",
                                  kFailedWord, number));
  }
  const auto ledger = read_ledger(client_, Sequence(sequence), within_ms_);
  if (!ledger) return look_failure(client_, ledger.error());
  std::vector<MemberId> failed;
  for (const LedgerRow& row : ledger->rows()) {
    if (group_of(row.outcome) == OutcomeGroup::kBad) failed.push_back(row.member);
  }
  return those(fmt::format("{}{}", kFailedWord, number), [&](const MemberInfo& member) {
    return std::find(failed.begin(), failed.end(), member.id) != failed.end();
  });
}

Texts Naming::lines_of(const std::string& path) {
  const auto content = read_small_file(path);
  if (!content) return wrong_word("--target: " + content.error().text);
  std::vector<std::string> texts;
  std::size_t number = 0;
  for (std::string_view rest = *content; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    line = line.substr(0, line.find('#'));
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) continue;
    line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
    texts.emplace_back(line);
    if (const auto read = parse_target({texts.back()}); !read) {
      return wrong_word(fmt::format("{}:{}: {}", path, number, read.error().text));
    }
  }
  if (texts.empty()) return nobody("--target: " + path + " names nobody");
  return texts;
}

Texts Naming::texts_of_word(const std::string& word) {
  if (!word.starts_with('@')) return std::vector{word};
  if (word.starts_with(kFailedWord)) return failed_at(word.substr(kFailedWord.size()));
  if (word == kBehindWord) {
    return those(word, [this](const MemberInfo& member) { return is_behind(member, head_); });
  }
  if (word == kDriftedWord) return those(word, is_drifted);
  if (word.size() == 1) {
    return wrong_word("--target: @ what? @failed:SEQ, @behind, @drifted, or @FILE");
  }
  return lines_of(word.substr(1));
}

Texts Naming::texts_of(const std::vector<std::string>& words) {
  std::vector<std::string> texts;
  for (const std::string& word : words) {
    auto more = texts_of_word(word);
    if (!more) return more;
    texts.insert(texts.end(), more->begin(), more->end());
  }
  return texts;
}

Texts Naming::drawn(const std::vector<std::string>& texts, const Amount& limit,
                    std::uint64_t seed) {
  const auto target = parse_target(texts);
  if (!target) return wrong_word("--target: " + target.error().text);
  if (auto failed = read_roster()) return tl::unexpected(*std::move(failed));
  std::vector<std::string> names;
  for (const MemberInfo& member : *members_) {
    if (matches(*target, row_of(member))) names.push_back(member.name);
  }
  matched_ = names.size();
  if (names.empty()) return nobody("--limit: nobody matches " + to_text(*target));
  names = drawn_order(std::move(names), seed);
  names.resize(std::clamp<std::size_t>(amount_of(limit, names.size()), 1, names.size()));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::vector<std::string> drawn_order(std::vector<std::string> names, std::uint64_t seed) {
  std::vector<std::pair<Hash, std::string>> by_lot;
  for (std::string& name : names) {
    const std::string lot = std::to_string(seed) + "/" + name;
    by_lot.emplace_back(hash_of(as_bytes(lot)), std::move(name));
  }
  std::sort(by_lot.begin(), by_lot.end());
  std::transform(by_lot.begin(), by_lot.end(), names.begin(),
                 [](auto& one) { return std::move(one.second); });
  return names;
}

Texts named_targets(const SubmitCall& call, const GlobalOptions& global, Client& client,
                    const Surroundings& around) {
  Naming naming(global.timeout_ms, client);
  auto texts = naming.texts_of(call.targets);
  if (!texts || !call.limit) return texts;
  const std::uint64_t seed = call.seed ? *call.seed : 1 + random_number() % kDrawnSeeds;
  auto names = naming.drawn(*texts, *call.limit, seed);
  if (!names) return names;
  if (!global.quiet) {
    around.say(fmt::format("{} of {} drawn by --seed {}: {}\n", names->size(), naming.matched(),
                           seed, folded_names(*names)));
  }
  return std::vector{among(*names)};
}

}  // namespace groupctl
