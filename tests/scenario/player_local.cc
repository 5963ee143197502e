// What somebody does on one member: local commands, changes by hand, and what it says of itself.
#include "tests/scenario/player.h"
#include "tests/simulation/world/commands.h"
#include "tests/simulation/world/describe.h"
#include "wire/deviation_text.h"

namespace groupctl::scenario {
namespace {

constexpr sim::Millis kLocalWithinMs = 3000;

using Words = std::vector<std::string>;

Result<LocalVerb> verb_in(const std::string& verb, const Words& rest) {
  const std::string word = rest.empty() ? "" : rest.front();
  if (verb == "deploy") {
    const auto at = word.find('@');
    if (at == std::string::npos) return fail(ErrorCode::kInvalid, "deploy NAME@VERSION");
    return LocalDeploy{word.substr(0, at), word.substr(at + 1), sim::sim_digest(word), "", {}};
  }
  if (verb == "set") {
    const auto equals = word.find('=');
    if (equals == std::string::npos) return fail(ErrorCode::kInvalid, "set KEY=VALUE");
    return LocalSet{{{word.substr(0, equals), word.substr(equals + 1)}}};
  }
  if (verb == "undeploy") return LocalUndeploy{word};
  if (verb == "start") return LocalStart{word};
  if (verb == "stop") return LocalStop{word};
  if (verb == "unset") return LocalUnset{rest};
  if (verb == "hold") return LocalHold{word};
  if (verb == "release") return LocalRelease{word};
  if (verb == "reconcile") return LocalReconcile{rest};
  if (verb == "scan") return LocalScan{};
  return fail(ErrorCode::kInvalid, "no such local command: " + verb);
}

std::string text_of(const DeltaPage& page) {
  std::string text = "deviations at " + std::to_string(page.at.value) + "\n";
  for (const Deviation& row : page.rows) {
    text += "  " + group_text(row) + ": " + deviation_text(row) + ", " + cause_text(row, "") + "\n";
  }
  return text;
}

std::string text_of(const JobState& job) {
  std::string text = job.open ? "open\n" : "";
  for (const KeyResult& result : job.results) {
    text += result.key + " " + std::string(to_word(result.outcome));
    if (!result.step.empty()) text += " at " + result.step;
    if (!result.text.empty()) text += ": " + result.text;
    text += "\n";
  }
  return text;
}

/// As much of the state's digest as `show digest` gives.
std::string kept_words(const Bytes& data) {
  const std::string_view text = as_text(data);
  return std::string(text.substr(0, text.find(',') + 18));
}

struct AnswerText {
  std::string operator()(const DeltaPage& page) const { return text_of(page); }
  std::string operator()(const JobState& job) const { return text_of(job); }
  std::string operator()(const Reconciling& begun) const {
    std::string text = "job " + std::to_string(begun.job) + ":";
    for (const std::string& key : begun.keys) text += " " + key;
    return text + "\n";
  }
  std::string operator()(const ArtefactsPage& page) const {
    std::string text;
    for (const PlacedArtefact& row : page.rows) {
      text += row.name + "@" + row.version + " from " + row.repository + "\n";
    }
    return text;
  }
  std::string operator()(const BundleChunk& chunk) const {
    return "bundle, " + std::to_string(chunk.bytes) + " bytes: " + kept_words(chunk.data) + "\n";
  }
  std::string operator()(const Foretelling& begun) const {
    return "dry run " + std::to_string(begun.job) + "\n";
  }
  std::string operator()(const ForetoldPage& page) const {
    std::string text = page.open ? "open\n" : "";
    for (const Foretold& row : page.rows) {
      text += std::to_string(row.sequence.value) + " " + std::string(to_word(row.outcome));
      if (!row.step.empty()) text += " at " + row.step;
      text += (row.text.empty() ? "" : ": " + row.text) + "\n";
    }
    return text;
  }
  std::string operator()(const Refused& refused) const {
    return "refused " + std::string(to_word(refused.code)) + ": " + refused.text + "\n";
  }
};

struct ReplyText {
  std::string operator()(const Answer& answer) const { return std::visit(AnswerText{}, answer); }
  std::string operator()(const Refused& refused) const { return AnswerText{}(refused); }
  std::string operator()(const LocalStatus&) const { return "status\n"; }
  std::string operator()(const LocalLeft&) const { return "left\n"; }
};

}  // namespace

/// local m1 deploy shop@2 | set a=b | hold shop | release shop | reconcile | scan ...
Result<std::string> Player::local(const Words& words) {
  if (words.size() < 3) return fail(ErrorCode::kInvalid, "local WHOM VERB ...");
  auto node = member(words[1]);
  if (!node) return tl::unexpected<Error>(node.error());
  auto verb = verb_in(words[2], {words.begin() + 3, words.end()});
  if (!verb) return tl::unexpected<Error>(verb.error());
  if (!(*node)->up()) return "nobody is there\n";
  const auto token =
      (*node)->ask_local(LocalCommand{std::move(*verb), "ana@" + words[1], 0, "tries"});
  auto& queue = world_.stage().queue;
  const sim::Millis until = queue.now() + kLocalWithinMs;
  while ((*node)->local_reply(token) == nullptr && queue.run_one(until)) {
  }
  const LocalReply* reply = (*node)->local_reply(token);
  return reply == nullptr ? "no answer\n" : std::visit(ReplyText{}, *reply);
}

/// byhand m1 remove|alter|stop shop
Result<std::string> Player::by_hand(const Words& words) {
  if (words.size() != 4) return fail(ErrorCode::kInvalid, "byhand WHOM remove|alter|stop NAME");
  auto node = member(words[1]);
  if (!node) return tl::unexpected<Error>(node.error());
  if (words[2] == "remove") (*node)->exec().host().remove_by_hand(words[3]);
  if (words[2] == "stop") (*node)->exec().host().stop_by_hand(words[3]);
  if (words[2] == "alter") (*node)->exec().host().alter_by_hand(words[3]);
  return "";
}

/// own m1 shop@1: its private repository gets a build of its own, or has it no longer.
Result<std::string> Player::own(const Words& words) {
  const auto at = words.size() == 3 ? words[2].find('@') : std::string::npos;
  if (at == std::string::npos) return fail(ErrorCode::kInvalid, "own WHOM NAME@VERSION");
  auto node = member(words[1]);
  if (!node) return tl::unexpected<Error>(node.error());
  (*node)->exec().host().toggle_own_build(words[2].substr(0, at), words[2].substr(at + 1));
  return "";
}

namespace {

Question question_of(const std::vector<std::string>& words) {
  const auto number = std::strtoull(words.back().c_str(), nullptr, 10);
  if (words[2] == "artefacts") return ArtefactsQuestion{};
  if (words[2] == "reconcile") return ReconcileQuestion{{}, "ops@desk", "in line"};
  if (words[2] == "bundle") return BundleQuestion{Sequence(number), 0};
  if (words[2] == "job") return JobQuestion{number};
  return DeltaQuestion{};
}

}  // namespace

/// ask m1 delta | artefacts | reconcile | job N | bundle SEQ: what an operator asks of one member.
Result<std::string> Player::ask_of(const Words& words) {
  if (words.size() < 3) return fail(ErrorCode::kInvalid, "ask WHOM delta|artefacts|reconcile|job");
  auto node = member(words[1]);
  if (!node) return tl::unexpected<Error>(node.error());
  MemberId id;
  world_.stage().truth.for_each_row([&](MemberId each, const MemberRow& row) {
    if (row.server_id == (*node)->spec().server_id) id = each;
  });
  const auto reply = ask(MemberAsk{id, encode(question_of(words))}, kLocalWithinMs * 2);
  if (!reply) return "no answer\n";
  const auto* answered = std::get_if<MemberAnswered>(&*reply);
  if (answered == nullptr) return sim::describe(*reply) + "\n";
  auto answer = decode_answer(answered->answer);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return std::visit(AnswerText{}, *answer);
}

}  // namespace groupctl::scenario
