#include "commands/state/desired.h"

#include "commands/state/rollout.h"
#include "commands/state/row_codec.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

/// The last of a list that matches the member; only the targets of those behind it are decoded.
template <class Assignment, class List>
Result<std::optional<Assignment>> last_match(List list, const MemberRow& member) {
  for (unsigned i = list.size(); i > 0; --i) {
    auto item = list[i - 1];
    auto target = read_target(item.getTarget());
    if (!target) return tl::unexpected<Error>(target.error());
    if (!matches(*target, member)) continue;
    auto found = read_assignment(*std::move(target), item);
    if (!found) return tl::unexpected<Error>(found.error());
    return std::optional<Assignment>(std::move(*found));
  }
  return std::optional<Assignment>();
}

/// What a rollout has released to it counts before what is assigned.
Result<std::optional<ArtefactAssignment>> read_release_for(ByteView value, const GroupState& state,
                                                           const MemberRow& member) {
  return with_capnp("artefact row", [&]() -> Result<std::optional<ArtefactAssignment>> {
    CanonicalReader reader(value);
    const auto row = reader.root<state_schema::ArtefactRow>();
    if (row.getRollout() != 0) {
      if (auto released = released_to(state, Sequence(row.getRollout()), member)) return released;
    }
    return last_match<ArtefactAssignment>(row.getReleases(), member);
  });
}

Result<std::optional<RunAssignment>> read_run(ByteView value, const MemberRow& member) {
  return with_capnp("run row", [&]() -> Result<std::optional<RunAssignment>> {
    CanonicalReader reader(value);
    return last_match<RunAssignment>(reader.root<state_schema::RunRow>().getRuns(), member);
  });
}

Result<std::optional<PropertyAssignment>> read_property(ByteView value, const MemberRow& member) {
  return with_capnp("property row", [&]() -> Result<std::optional<PropertyAssignment>> {
    CanonicalReader reader(value);
    return last_match<PropertyAssignment>(reader.root<state_schema::PropertyRow>().getValues(),
                                          member);
  });
}

/// Only apply() writes the state, so what does not decode is a broken invariant.
template <class Found>
Found valid(Result<Found> found) {
  GROUPCTL_INVARIANT(found.has_value(), "a value of the state does not decode");
  return std::move(*found);
}

/// Calls `use(name, value)` for every row under "PREFIX/".
template <class Use>
void for_each_row(const GroupState& state, std::string_view prefix, Use&& use) {
  for (auto at = state.lower_bound(prefix); at != state.end() && at->first.starts_with(prefix);
       ++at) {
    use(at->first.substr(prefix.size()), ByteView(at->second));
  }
}

std::optional<DesiredArtefact> desired_of(ByteView value, const GroupState& state,
                                          const MemberRow& member, std::string_view name) {
  auto assigned = valid(read_release_for(value, state, member));
  if (!assigned) return std::nullopt;
  DesiredArtefact desired{std::move(assigned->release), assigned->sequence, true, {}};
  if (const auto run = desired_run(state, member, name)) {
    desired.running = run->running;
    desired.run_sequence = run->sequence;
  }
  return desired;
}

}  // namespace

std::optional<DesiredArtefact> desired_artefact(const GroupState& state, const MemberRow& member,
                                                std::string_view name) {
  const Bytes* value = state.find(artefact_key(name));
  if (value == nullptr) return std::nullopt;
  return desired_of(*value, state, member, name);
}

std::optional<RunAssignment> desired_run(const GroupState& state, const MemberRow& member,
                                         std::string_view name) {
  const Bytes* value = state.find(run_key(name));
  if (value == nullptr) return std::nullopt;
  return valid(read_run(*value, member));
}

bool set_later(const GroupState& state, const MemberRow& member, std::string_view name,
               Sequence than) {
  const auto run = desired_run(state, member, name);
  if (run && run->sequence > than) return true;
  const auto artefact = desired_artefact(state, member, name);
  return artefact && artefact->sequence > than;
}

std::optional<PropertyAssignment> desired_property(const GroupState& state, const MemberRow& member,
                                                   std::string_view key) {
  const Bytes* value = state.find(property_key(key));
  if (value == nullptr) return std::nullopt;
  return valid(read_property(*value, member));
}

std::map<std::string, DesiredArtefact> desired_artefacts(const GroupState& state,
                                                         const MemberRow& member) {
  std::map<std::string, DesiredArtefact> artefacts;
  for_each_row(state, artefact_key(""), [&](std::string name, ByteView value) {
    auto artefact = desired_of(value, state, member, name);
    if (artefact) artefacts.emplace(std::move(name), std::move(*artefact));
  });
  return artefacts;
}

std::map<std::string, RunAssignment> desired_runs(const GroupState& state,
                                                  const MemberRow& member) {
  std::map<std::string, RunAssignment> runs;
  for_each_row(state, run_key(""), [&](std::string name, ByteView value) {
    if (auto run = valid(read_run(value, member))) runs.emplace(std::move(name), std::move(*run));
  });
  return runs;
}

Desired desired_for(const GroupState& state, const MemberRow& member) {
  Desired desired{desired_artefacts(state, member), {}, desired_runs(state, member)};
  for_each_row(state, property_key(""), [&](std::string key, ByteView value) {
    auto found = valid(read_property(value, member));
    if (!found || !found->value) return;
    desired.properties.emplace(std::move(key),
                               DesiredProperty{std::move(*found->value), found->sequence});
  });
  return desired;
}

}  // namespace groupctl
