#include "tests/scenario/rules.h"

#include <algorithm>
#include <cstdlib>

#include "tests/scenario/script.h"
#include "tests/simulation/world/describe.h"

namespace groupctl::scenario {
namespace {

std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

/// "Ack", "Frame", "Submit" ...: the sort of a message under way.
std::string type_of(const sim::Passage& passage, ByteView bytes) {
  if (passage.plane == sim::Plane::kCommand) {
    return decode_publication(bytes, {}).has_value() ? "Heartbeat" : "Frame";
  }
  const bool up = passage.to == sim::kCoordinatorNode;
  if (passage.plane == sim::Plane::kAdmin) {
    if (up) {
      auto request = decode_admin_request(bytes);
      return request ? first_word(sim::describe(request->request)) : "";
    }
    auto reply = decode_admin_reply(bytes);
    return reply ? first_word(sim::describe(reply->reply)) : "";
  }
  if (up) {
    auto message = decode_member_message(bytes);
    return message ? first_word(sim::describe(*message)) : "";
  }
  auto reply = decode_member_reply(bytes);
  return reply ? first_word(sim::describe(reply->reply)) : "";
}

std::optional<sim::NodeId> node_of(sim::World& world, const std::string& name) {
  if (name.starts_with("a") && world.admin(name) == nullptr) world.add_admin(name);
  if (sim::MemberNode* member = world.member(name)) return member->spec().node;
  for (std::size_t i = 0; i < world.admins().size(); ++i) {
    if (world.admins()[i]->name() == name)
      return sim::World::kFirstAdmin + static_cast<sim::NodeId>(i);
  }
  return std::nullopt;
}

}  // namespace

Result<sim::Millis> parse_millis(const std::string& text) {
  char* end = nullptr;
  const sim::Millis number = std::strtoull(text.c_str(), &end, 10);
  const std::string unit = end;
  if (end != text.c_str() && unit == "ms") return number;
  if (end != text.c_str() && unit == "s") return number * 1000;
  return fail(ErrorCode::kInvalid, "\"" + text + "\" is no time such as 200ms or 2s");
}

Rules::Rules(sim::World& world) : world_(world) {
  world_.stage().net.set_rule([this](const sim::Passage& passage, ByteView bytes) {
    return rules_.empty() ? std::nullopt : judge(passage, bytes);
  });
}

Status Rules::add(const std::vector<std::string>& words) {
  if (words.size() < 5) return fail(ErrorCode::kInvalid, "lose|repeat|delay next|every TYPE ...");
  auto node = node_of(world_, words[4]);
  if (!node) return fail(ErrorCode::kInvalid, "nobody is called " + words[4]);
  Rule rule;
  rule.type = words[2];
  rule.from = words[3] == "from";
  rule.node = *node;
  rule.once = words[1] == "next";
  if (words[0] == "lose") rule.fate.copies = 0;
  if (words[0] == "repeat") rule.fate.copies = 3;
  if (words[0] == "delay") {
    auto time = parse_millis(words.size() > 5 ? words[5] : "");
    if (!time) return tl::unexpected<Error>(time.error());
    rule.fate.extra_ms = *time;
    rule.fate.may_overtake = true;
  }
  rules_.push_back(rule);
  return {};
}

std::optional<sim::Fate> Rules::judge(const sim::Passage& passage, ByteView bytes) {
  const std::string type = type_of(passage, bytes);
  auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& one) {
    return one.node == (one.from ? passage.from : passage.to) &&
           (one.type == "any" || one.type == type);
  });
  if (rule == rules_.end()) return std::nullopt;
  const sim::Fate fate = rule->fate;
  if (rule->once) rules_.erase(rule);
  return fate;
}

}  // namespace groupctl::scenario
