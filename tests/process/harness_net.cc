#include "tests/process/harness_net.h"

#include <filesystem>

namespace groupctl::process_test {
namespace {

constexpr std::uint64_t kHoldMs = 5000;
constexpr const char* kCable = "cable";

std::string namespace_of(const std::string& pid) { return "/proc/" + pid + "/ns/net"; }

std::string identity_of(const std::string& pid) {
  std::error_code gone;
  return std::filesystem::read_symlink(namespace_of(pid), gone).string();
}

}  // namespace

Host::Host(const std::string& subnet, int number)
    : address_(subnet + "." + std::to_string(number)) {}

std::vector<std::string> Host::inside() const {
  return {"/usr/bin/nsenter", "--net=" + namespace_of(std::to_string(holder_.pid()))};
}

Status Host::hold() {
  const TempDir dir;
  const auto err = dir.path() / "err";
  holder_ = Process::start({"/usr/bin/unshare", "--net", "/bin/sleep", "infinity"}, {{}, err, {}});
  const std::string pid = std::to_string(holder_.pid());
  eventually([&] { return identity_of(pid) != identity_of("self") || !holder_.running(); },
             kHoldMs);
  if (holder_.running()) return {};
  return fail(ErrorCode::kUnsupported, "no network namespace: " + read_file(err));
}

Status Host::run_inside(std::vector<std::string> words) const {
  const std::vector<std::string> before = inside();
  words.insert(words.begin(), before.begin(), before.end());
  const Said said = run_program(words);
  if (said.ended == Ended{0, 0}) return {};
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return fail(ErrorCode::kUnsupported, text + "failed: " + said.err);
}

Status Host::ip(const std::vector<std::string>& words) const {
  std::vector<std::string> all = {"/sbin/ip"};
  all.insert(all.end(), words.begin(), words.end());
  return run_inside(all);
}

/// Of loopback addresses only 127.0.0.1 stays the host's own.
Status Host::free_loopback() const {
  const std::vector<std::vector<std::string>> steps = {
      {"/bin/sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet"},
      {"/sbin/ip", "address", "del", "127.0.0.1/8", "dev", "lo"},
      {"/sbin/ip", "address", "add", "127.0.0.1/32", "dev", "lo"}};
  for (const auto& step : steps) {
    if (auto done = run_inside(step); !done) return done;
  }
  return {};
}

Status Host::bring_up() const {
  if (auto up = ip({"link", "set", "lo", "up"}); !up) return up;
  if (address_.starts_with("127.")) {
    if (auto freed = free_loopback(); !freed) return freed;
  }
  if (auto set = ip({"address", "add", address_ + "/24", "dev", kCable}); !set) return set;
  return set_link(true);
}

Status Host::set_link(bool up) const { return ip({"link", "set", kCable, up ? "up" : "down"}); }

Status Host::lose_what_goes_to(const Host& other) const {
  return ip({"route", "add", "blackhole", other.address() + "/32"});
}

Status Host::find_again(const Host& other) const {
  return ip({"route", "del", "blackhole", other.address() + "/32"});
}

Result<std::unique_ptr<TwoHosts>> TwoHosts::make(const std::string& subnet) {
  std::unique_ptr<TwoHosts> hosts(new TwoHosts(subnet));
  for (Host* host : {&hosts->first_, &hosts->second_}) {
    if (auto held = host->hold(); !held) return tl::unexpected<Error>(held.error());
  }
  const std::string peer = std::to_string(hosts->second_.holder_.pid());
  auto joined = hosts->first_.ip(
      {"link", "add", kCable, "type", "veth", "peer", "name", kCable, "netns", peer});
  if (joined) joined = hosts->first_.bring_up();
  if (joined) joined = hosts->second_.bring_up();
  if (!joined) return tl::unexpected<Error>(joined.error());
  return hosts;
}

}  // namespace groupctl::process_test
