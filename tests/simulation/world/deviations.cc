#include "tests/simulation/world/deviations.h"

#include "tests/simulation/world/commands.h"

namespace groupctl::sim {
namespace {

constexpr const char* kArtefacts[] = {"shop", "blog", "api", "tool"};
constexpr const char* kProperties[] = {"mode", "limit"};

}  // namespace

void Deviations::next() {
  Stage& stage = world_.stage();
  if (stage.faults.deviation_interval_ms == 0) return;
  stage.queue.after(1 + stage.random.below(2 * stage.faults.deviation_interval_ms), [this] {
    if (stopped_) return;
    Pcg& random = world_.stage().random;
    MemberNode& member = *world_.members()[random.below(world_.members().size())];
    if (random.chance(world_.stage().faults.own_build)) {
      change_repository(member);
    } else if (!member.up()) {
      world_.stage().trace.sometimes("nobody to deviate");
    } else if (random.chance(world_.stage().faults.by_hand)) {
      change_by_hand(member);
    } else {
      world_.stage().trace.sometimes("local command");
      member.ask_local(LocalCommand{draw_verb(), "ana@" + member.spec().name, 1000, "tries"});
    }
    if (random.chance(world_.stage().faults.questions)) have_it_reconcile(member);
    next();
  });
}

/// Found by a later step; whether the member is up does not matter.
void Deviations::change_repository(MemberNode& member) {
  Pcg& random = world_.stage().random;
  const std::string name = kArtefacts[random.below(std::size(kArtefacts))];
  member.exec().host().toggle_own_build(name, std::to_string(1 + random.below(6)));
}

void Deviations::change_by_hand(MemberNode& member) {
  Stage& stage = world_.stage();
  SimHost& host = member.exec().host();
  if (host.placed().empty()) return;
  auto at = host.placed().begin();
  std::advance(at, stage.random.below(host.placed().size()));
  const std::string name = at->first;
  stage.trace.sometimes("changed by hand");
  switch (stage.random.below(4)) {
    case 0:
      return host.alter_by_hand(name);
    case 1:
      return host.remove_by_hand(name);
    default:
      return host.stop_by_hand(name);
  }
}

/// The roster may have it under a new id, or not at all: then nobody is asked.
void Deviations::have_it_reconcile(const MemberNode& member) {
  MemberId id;
  world_.stage().truth.for_each_row([&](MemberId each, const MemberRow& row) {
    if (row.server_id == member.spec().server_id) id = std::max(id, each);
  });
  if (!id || !world_.coordinator().up()) return;
  const Question question = ReconcileQuestion{{}, "ops@desk", "in line"};
  world_.coordinator().ask(MemberAsk{id, encode(question)}, [this](const AdminReply& reply) {
    const auto* answered = std::get_if<MemberAnswered>(&reply);
    if (answered == nullptr) return;
    const auto answer = decode_answer(answered->answer);
    if (!answer) return world_.stage().truth.broken("wire", answer.error().text);
    world_.stage().trace.sometimes("a member is had to reconcile");
  });
}

LocalVerb Deviations::draw_verb() {
  Pcg& random = world_.stage().random;
  const std::string name = kArtefacts[random.below(std::size(kArtefacts))];
  const std::string key = kProperties[random.below(std::size(kProperties))];
  switch (random.below(11)) {
    case 0:
    case 1: {
      const std::string version = std::to_string(1 + random.below(6));
      return LocalDeploy{name, version, sim_digest(name + "@" + version), "", {}};
    }
    case 2:
      return LocalUndeploy{name};
    case 3:
      return LocalSet{{{key, std::to_string(random.below(9))}}};
    case 4:
      return LocalUnset{{key}};
    case 5:
      return LocalHold{name};
    case 6:
      return LocalRelease{random.chance(500) ? name : key};
    case 7:
      return LocalReconcile{random.chance(500) ? std::vector<std::string>{}
                                               : std::vector<std::string>{name}};
    case 8:
      return LocalStart{name};
    case 9:
      return LocalStop{name};
    default:
      return LocalScan{};
  }
}

}  // namespace groupctl::sim
