#include "tests/scenario/player.h"

#include <cstdlib>

#include "tests/scenario/extra_kinds.h"
#include "tests/scenario/script.h"

namespace groupctl::scenario {
namespace {

constexpr std::size_t kTraceLines = 10'000;

/// "role=web" -> {role: web}.
Result<Labels> labels_in(const std::vector<std::string>& words, std::size_t from) {
  Labels labels;
  for (std::size_t i = from; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    if (equals == std::string::npos) return fail(ErrorCode::kInvalid, words[i] + " is no label");
    labels[words[i].substr(0, equals)] = words[i].substr(equals + 1);
  }
  return labels;
}

}  // namespace

Player::Player() : world_(1, newer_table()), rules_(world_) {
  world_.stage().trace.keep(kTraceLines);
  world_.coordinator().set_restart_ms(0);
}

const std::map<std::string, Player::Verb>& Player::verbs() {
  static const std::map<std::string, Verb> table = {
      {"start", &Player::start},      {"crash", &Player::crash},     {"wipe", &Player::wipe},
      {"leave", &Player::leave},      {"advance", &Player::advance}, {"config", &Player::config},
      {"member", &Player::member_as}, {"lose", &Player::network},    {"repeat", &Player::network},
      {"delay", &Player::network},    {"cut", &Player::cut},         {"heal", &Player::heal},
      {"commits", &Player::commits},  {"steps", &Player::steps},     {"backup", &Player::backup},
      {"restore", &Player::restore},  {"forge", &Player::forge},     {"submit", &Player::submit},
      {"send", &Player::send},        {"retry", &Player::retry},     {"answer", &Player::answer},
      {"show", &Player::show},        {"recover", &Player::recover}, {"local", &Player::local},
      {"byhand", &Player::by_hand},   {"ask", &Player::ask_of},      {"put", &Player::put},
      {"own", &Player::own},
  };
  return table;
}

std::string Player::run(const std::string& line) {
  const Words words = words_of(line);
  auto verb = verbs().find(words.empty() ? "" : words.front());
  if (verb == verbs().end()) return "error: no such command: " + line + "\n";
  auto output = (this->*verb->second)(words);
  if (!output) return "error: " + output.error().text + "\n";
  return *output + violation();
}

/// Scenarios stand under the simulator's invariants too.
std::string Player::violation() const {
  const auto& broken = const_cast<Player*>(this)->world_.stage().truth.violation();
  return broken ? "BROKEN " + broken->invariant + ": " + broken->text + "\n" : "";
}

Result<sim::MemberNode*> Player::member(const std::string& name) {
  if (sim::MemberNode* found = world_.member(name)) return found;
  return fail(ErrorCode::kInvalid, "no member is called " + name);
}

/// member m2 shares group: file:/mnt/x | member m2 of group other | member m2 with the server id of
/// m1 | member m2 runs the newer program
Result<std::string> Player::member_as(const Words& words) {
  if (words.size() < 3) return fail(ErrorCode::kInvalid, "member NAME of|with|runs ...");
  sim::MemberNode* node = world_.member(words[1]);
  if (node == nullptr) node = &world_.add_member(words[1], {}, command_table());
  if (words[2] == "of") node->set_group(words.back());
  if (words[2] == "runs") node->set_table(newer_table());
  if (words[2] == "shares") node->set_shared_tail({words.begin() + 3, words.end()});
  if (words[2] == "called") node->set_called(words.back());
  if (words[2] == "with") {
    if (words.back() == "coordinator") {
      node->set_server_id(world_.coordinator().defaults().server_id);
    } else {
      auto other = member(words.back());
      if (!other) return tl::unexpected<Error>(other.error());
      node->set_server_id((*other)->spec().server_id);
    }
  }
  return "";
}

Result<std::string> Player::start(const Words& words) {
  if (words.size() < 2) return fail(ErrorCode::kInvalid, "start whom?");
  if (words[1] == "coordinator") {
    world_.coordinator().start();
    return world_.coordinator().up() ? "" : world_.coordinator().last_error() + "\n";
  }
  auto labels = labels_in(words, 2);
  if (!labels) return tl::unexpected<Error>(labels.error());
  sim::MemberNode* node = world_.member(words[1]);
  if (node == nullptr) node = &world_.add_member(words[1], {}, command_table());
  if (!labels->empty()) node->set_labels(*labels);
  node->start();
  return node->up() ? "" : node->last_error() + "\n";
}

Result<std::string> Player::crash(const Words& words) {
  if (words.back() == "coordinator") {
    world_.coordinator().crash();
    return "";
  }
  auto node = member(words.back());
  if (!node) return tl::unexpected<Error>(node.error());
  (*node)->crash();
  return "";
}

Result<std::string> Player::wipe(const Words& words) {
  auto node = member(words.back());
  if (!node) return tl::unexpected<Error>(node.error());
  (*node)->wipe(world_.draw_server_id());
  return "";
}

Result<std::string> Player::leave(const Words& words) {
  auto node = member(words.back());
  if (!node) return tl::unexpected<Error>(node.error());
  (*node)->leave();
  return "";
}

Result<std::string> Player::advance(const Words& words) {
  auto time = parse_millis(words.back());
  if (!time) return tl::unexpected<Error>(time.error());
  auto& queue = world_.stage().queue;
  queue.run_until(queue.now() + *time);
  return "";
}

/// config keep 5: the coordinator's floor rises above all but 5 entries, from its next start on.
/// config revert m1: it puts back what a look finds changed, from its next start on.
/// config sluggish 1000: told to resynchronise when behind for so many milliseconds.
/// config requests 2 1s: so many request rows, at least so old. config secret N: another secret.
Result<std::string> Player::config(const Words& words) {
  if (words.size() < 3) return fail(ErrorCode::kInvalid, "config WHAT VALUE");
  CoordinatorConfig& config = world_.coordinator().defaults();
  const std::uint64_t number = std::strtoull(words[2].c_str(), nullptr, 10);
  if (words[1] == "keep") {
    config.keep_entries = number;
    config.keep_age_ms = 0;
  } else if (words[1] == "sluggish") {
    config.sluggish_ms = number;
  } else if (words[1] == "secret") {
    config.secret.bytes[0] = static_cast<std::uint8_t>(number);
  } else if (words[1] == "revert" && world_.member(words[2]) != nullptr) {
    world_.member(words[2])->revert_drift();
  } else if (words[1] == "requests" && words.size() == 4) {
    auto age = parse_millis(words[3]);
    if (!age) return tl::unexpected<Error>(age.error());
    config.request_rows = number;
    config.request_row_age_ms = *age;
  } else {
    return fail(ErrorCode::kInvalid, "config keep|sluggish|secret|requests");
  }
  return "";
}

}  // namespace groupctl::scenario
