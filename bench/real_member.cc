#include "bench/real_member.h"

#include "bench/acknowledged.h"
#include "daemon/key_files.h"

namespace groupctl::bench {

RealMembers::RealMembers(std::string program, const CoordinatorProcess& coordinator,
                         std::string prefix)
    : program_(std::move(program)), coordinator_(coordinator), prefix_(std::move(prefix)) {}

Status RealMembers::let_in(const std::vector<std::string>& names) {
  if (!coordinator_.server_key()) return {};
  CoordinatorProcess::MemberKeys keys;
  for (const std::string& name : names) {
    auto own = read_or_make_key(key_dir(), std::string(kGroup) + "@" + name);
    if (!own) return tl::unexpected<Error>(own.error());
    keys.emplace_back(name, own->public_key);
  }
  return coordinator_.let_in(keys);
}

Result<std::vector<Child>> RealMembers::started(const Bench& bench,
                                                const CoordinatorProcess& coordinator,
                                                const std::string& prefix, std::uint64_t count,
                                                const std::vector<std::string>& flags) {
  RealMembers members(bench.member(), coordinator, prefix);
  std::vector<std::string> names;
  for (std::uint64_t i = 1; i <= count; ++i) names.push_back("member-" + std::to_string(i));
  if (auto let_in = members.let_in(names); !let_in) return tl::unexpected<Error>(let_in.error());
  std::vector<Child> started;
  for (const std::string& name : names) {
    auto one = members.start(name, flags);
    if (!one) return tl::unexpected<Error>(one.error());
    started.push_back(*std::move(one));
  }
  auto client = coordinator.admin().open();
  if (!client) return tl::unexpected<Error>(client.error());
  // Each join is an entry.
  if (auto in = wait_acknowledged(**client, count, Sequence(count)); !in) {
    return tl::unexpected<Error>(in.error());
  }
  return started;
}

Result<Child> RealMembers::start(const std::string& name,
                                 const std::vector<std::string>& flags) const {
  const std::string own = prefix_ + name;
  std::vector<std::string> words = {
      program_,          "run",         "--group",       std::string(kGroup),
      "--name",          name,          "--coordinator", coordinator_.member_endpoint(),
      "--root",          own + "-root", "--state-dir",   own,
      "--scan-interval", "0s"};
  if (const auto server = coordinator_.server_key()) {
    words.insert(words.end(), {"--key-dir", key_dir(), "--server-key", server->hex()});
  } else {
    words.emplace_back("--open");
  }
  words.insert(words.end(), flags.begin(), flags.end());
  return Child::start(std::move(words), own + ".log");
}

}  // namespace groupctl::bench
