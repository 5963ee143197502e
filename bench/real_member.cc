#include "bench/real_member.h"

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

Result<Child> RealMembers::start(const std::string& name) const {
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
  return Child::start(std::move(words), own + ".log");
}

}  // namespace groupctl::bench
