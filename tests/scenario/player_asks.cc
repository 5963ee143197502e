// What a scenario submits and what it shows.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "commands/state/target.h"
#include "tests/scenario/extra_kinds.h"
#include "tests/scenario/player.h"
#include "tests/scenario/views.h"
#include "tests/simulation/world/commands.h"
#include "tests/simulation/world/describe.h"

namespace groupctl::scenario {
namespace {

constexpr sim::Millis kAnswerWithinMs = 3000;

/// "a=*4000" -> a= and 4000 letters: a command that fills a frame.
std::string with_filling(const std::string& word) {
  const auto star = word.find("=*");
  if (star == std::string::npos) return word;
  return word.substr(0, star + 1) +
         std::string(std::strtoul(word.c_str() + star + 2, nullptr, 10), 'x');
}

/// "DEPLOY shop@1 to role=web ttl 500ms": what stands before `to`, the target, the ttl.
Result<SubmittedCommand> command_in(const std::vector<std::string>& words) {
  std::string text;
  std::size_t i = 0;
  for (; i < words.size() && words[i] != "to"; ++i) {
    text += (i > 0 ? " " : "") + with_filling(words[i]);
  }
  if (i + 1 >= words.size()) return fail(ErrorCode::kInvalid, "a command needs: to TARGET");
  Target target = words[i + 1] == "none" ? Target::none() : Target::all();
  if (words[i + 1] != "all" && words[i + 1] != "none") {
    auto parsed = parse_target({words[i + 1]});
    if (!parsed) return tl::unexpected<Error>(parsed.error());
    target = *std::move(parsed);
  }
  std::uint64_t ttl_ms = 0;
  if (i + 3 < words.size() && words[i + 2] == "ttl") {
    auto time = parse_millis(words[i + 3]);
    if (!time) return tl::unexpected<Error>(time.error());
    ttl_ms = *time;
  }
  if (auto kind = extra_kind(text)) {
    SubmittedCommand command;
    command.kind = *kind;
    command.target = std::move(target);
    command.ttl_ms = ttl_ms;
    return command;
  }
  return sim::make_command(text, std::move(target), ttl_ms);
}

}  // namespace

sim::AdminNode& Player::admin(const std::string& name) {
  if (sim::AdminNode* found = world_.admin(name)) return *found;
  return world_.add_admin(name);
}

/// "a1 DEPLOY shop@1 to all + SET mode=quick to all": one request. "a1 EVICT m2 to none by force".
Result<std::size_t> Player::hand_over(const Words& words) {
  if (words.size() < 3) return fail(ErrorCode::kInvalid, "who submits what?");
  std::vector<SubmittedCommand> commands;
  const bool force = words.back() == "force";
  const auto last = words.end() - (force ? 2 : 0);
  auto begin = words.begin() + 2;
  while (begin < last) {
    auto end = std::find(begin, last, "+");
    auto command = command_in(Words(begin, end));
    if (!command) return tl::unexpected<Error>(command.error());
    commands.push_back(*std::move(command));
    begin = end == last ? end : end + 1;
  }
  return admin(words[1]).submit(std::move(commands), force);
}

std::string Player::wait_for_answer(sim::AdminNode& who) {
  auto& queue = world_.stage().queue;
  const sim::Millis until = queue.now() + kAnswerWithinMs;
  while (!who.last_reply() && queue.run_one(until)) {
  }
  if (!who.last_reply()) return "no answer\n";
  return sim::describe(*who.last_reply()) + "\n";
}

Result<std::string> Player::submit(const Words& words) {
  if (words.size() > 1) admin(words[1]).forget_last_reply();
  auto handed = hand_over(words);
  if (!handed) return tl::unexpected<Error>(handed.error());
  return wait_for_answer(admin(words[1]));
}

Result<std::string> Player::send(const Words& words) {
  auto handed = hand_over(words);
  if (!handed) return tl::unexpected<Error>(handed.error());
  return "";
}

/// retry a1 [1]: its request of that number once more, without one the last.
Result<std::string> Player::retry(const Words& words) {
  if (words.size() < 2) return fail(ErrorCode::kInvalid, "who retries?");
  sim::AdminNode& who = admin(words[1]);
  if (who.requests().empty()) return fail(ErrorCode::kInvalid, words[1] + " has asked nothing");
  const std::size_t index = words.size() > 2 ? std::strtoull(words[2].c_str(), nullptr, 10) - 1
                                             : who.requests().size() - 1;
  if (index >= who.requests().size()) return fail(ErrorCode::kInvalid, "no such request");
  who.forget_last_reply();
  who.ask_again(index);
  return wait_for_answer(who);
}

/// answer a1 1: what was answered to its request of that number.
Result<std::string> Player::answer(const Words& words) {
  const std::size_t index = words.size() > 2 ? std::strtoull(words[2].c_str(), nullptr, 10) - 1 : 0;
  if (words.size() < 2 || index >= admin(words[1]).requests().size()) {
    return fail(ErrorCode::kInvalid, "answer WHO NUMBER");
  }
  const sim::SentRequest& request = admin(words[1]).requests()[index];
  if (request.answer) return sim::describe(*request.answer) + "\n";
  return request.said_unknown ? "unknown\n" : "no answer\n";
}

std::optional<AdminReply> Player::ask(AdminRequest request, sim::Millis within) {
  auto answer = std::make_shared<std::optional<AdminReply>>();
  world_.coordinator().ask(std::move(request),
                           [answer](const AdminReply& reply) { *answer = reply; });
  auto& queue = world_.stage().queue;
  const sim::Millis until = queue.now() + within;
  while (!*answer && queue.run_one(until)) {
  }
  return *answer;
}

/// put shop@1 [with other content]: into the group's repository; what is deployed as shop@1 has the
/// content that is put without more words.
Result<std::string> Player::put(const Words& words) {
  const auto at = words.size() > 1 ? words[1].find('@') : std::string::npos;
  if (at == std::string::npos) return fail(ErrorCode::kInvalid, "put NAME@VERSION");
  const PutArtefact put{words[1].substr(0, at),
                        words[1].substr(at + 1),
                        sim::sim_digest(words.size() > 2 ? words.back() : words[1]),
                        1000,
                        "op",
                        ""};
  const auto answer = ask(put);
  return answer ? sim::describe(*answer) + "\n" : "no answer\n";
}

Result<std::string> Player::show(const Words& words) {
  if (words.size() < 2) return fail(ErrorCode::kInvalid, "show what?");
  if (words[1] == "messages") return show_messages();
  const std::set<std::string> of_group = {"coordinator", "ledger", "log", "digest"};
  if (!of_group.contains(words[1])) {
    auto node = member(words[1]);
    if (!node) return tl::unexpected<Error>(node.error());
    return show_member(**node);
  }
  if (!world_.coordinator().up()) {
    const auto code = world_.coordinator().exit_code();
    return code ? "coordinator ended " + std::to_string(*code) + "\n" : "coordinator is down\n";
  }
  if (words[1] == "coordinator") {
    const auto status = ask(StatusQuery{});
    const auto members = ask(MembersQuery{});
    if (!status || !members) return "no answer\n";
    return show_coordinator(world_.coordinator(), std::get<StatusReply>(*status),
                            std::get<MembersReply>(*members));
  }
  if (words[1] == "digest") {
    const auto status = ask(StatusQuery{});
    if (!status) return "no answer\n";
    return "state " + std::get<StatusReply>(*status).state_digest.hex().substr(0, 16) + "\n";
  }
  if (words[1] == "log") {
    const auto log = ask(LogQuery{Sequence(), 100});
    if (!log) return "no answer\n";
    const auto* rows = std::get_if<LogReply>(&*log);
    return rows != nullptr ? show_log(*rows) : sim::describe(*log) + "\n";
  }
  const Sequence sequence(std::strtoull(words.back().c_str(), nullptr, 10));
  const auto ledger = ask(Watch{sequence, 0});
  if (!ledger) return "no answer\n";
  const auto* update = std::get_if<Update>(&*ledger);
  if (update == nullptr) return sim::describe(*ledger) + "\n";
  const auto log = ask(LogQuery{sequence, 1});
  std::optional<Entry> entry;
  if (const auto* rows = log ? std::get_if<LogReply>(&*log) : nullptr;
      rows && !rows->rows.empty()) {
    if (auto read = decode_entry(rows->rows.front().entry)) entry = *std::move(read);
  }
  return show_ledger(entry ? &*entry : nullptr, *update);
}

/// recover: what is lost; recover 7: it is given up if that is the last.
Result<std::string> Player::recover(const Words& words) {
  Recover recover;
  recover.issuer = "ana@bastion";
  if (words.size() > 1) recover.through = Sequence(std::strtoull(words[1].c_str(), nullptr, 10));
  const auto reply = ask(recover);
  return reply ? sim::describe(*reply) + "\n" : "no answer\n";
}

/// The conversation since the last time, without heartbeats, acks that say nothing new and what
/// answers them.
Result<std::string> Player::show_messages() {
  std::string text;
  for (const std::string& line : world_.stage().trace.take_lines()) {
    const bool sent = line.find(" sends ") != std::string::npos;
    const bool told =
        line.find(" -> ") != std::string::npos || line.find(" => ") != std::string::npos;
    if (!sent && !told) continue;
    if (line.find(" Heartbeat ") != std::string::npos || line.ends_with(" Heard")) continue;
    if (line.find(" sends Ack ") != std::string::npos) {
      std::string& known =
          last_ack_[line.substr(line.find(' '), line.find(" sends ") - line.find(' '))];
      const std::string ack = line.substr(line.find(" Ack "));
      if (std::exchange(known, ack) == ack) continue;
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace groupctl::scenario
