// bench_swarm: many members in one process, for the works of bench/.
// usage: bench_swarm GROUP ENDPOINT COUNT [SERVER-KEY]
// Each line on its input is answered by one line:
//   start      all members start, on what they know    "ok"
//   listen     from now on all have and acknowledge    "ok"
//              what comes, and apply nothing
//   stop       all end and keep what they know         "ok"
//   wait SEQ   until the last has received SEQ         seconds since the first was welcomed
// "quit", or the end of the input, ends it. What goes wrong is answered by "error: ...".
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <iostream>
#include <span>
#include <sstream>

#include "bench/swarm_member.h"

namespace groupctl::bench {
namespace {

using Clock = SwarmMember::Clock;
constexpr int kIoThreads = 2;
constexpr int kNiceness = 10;
constexpr std::chrono::seconds kLongestWait(120);
constexpr std::chrono::milliseconds kBetweenLooks(1);
constexpr std::chrono::milliseconds kToConnect(100);

class Swarm {
 public:
  Swarm(const std::string& group, const std::string& endpoint, std::uint64_t count,
        const std::optional<PublicKey>& server)
      : context_(make_zmq_context(kIoThreads, static_cast<int>(4 * count + 64))) {
    for (std::uint64_t i = 1; i <= count; ++i) {
      members_.emplace_back(group, endpoint, i, server, context_);
    }
  }

  std::string answer(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    std::uint64_t sequence = 0;
    words >> verb >> sequence;
    if (verb == "start") return start();
    if (verb == "listen") return listen();
    if (verb == "stop") return stop();
    if (verb == "wait") return wait(Sequence(sequence));
    return "error: what is " + line + "?";
  }

 private:
  std::string start() {
    for (SwarmMember& member : members_) {
      if (auto ready = member.connect(); !ready) return "error: " + ready.error().text;
    }
    std::this_thread::sleep_for(kToConnect);
    for (SwarmMember& member : members_) member.start();
    return "ok";
  }

  std::string listen() {
    for (SwarmMember& member : members_) member.only_listen();
    return "ok";
  }

  std::string stop() {
    for (SwarmMember& member : members_) member.stop();
    return "ok";
  }

  std::string wait(Sequence at) const {
    const auto has_it = [at](const SwarmMember& member) { return member.received() >= at; };
    const Clock::time_point until = Clock::now() + kLongestWait;
    while (!std::all_of(members_.begin(), members_.end(), has_it)) {
      if (Clock::now() > until) return "error: not all have received " + std::to_string(at.value);
      std::this_thread::sleep_for(kBetweenLooks);
    }
    const Clock::time_point now = Clock::now();
    Clock::time_point first = now;
    for (const SwarmMember& member : members_)
      first = std::min(first, member.welcomed().value_or(now));
    return std::to_string(std::chrono::duration<double>(now - first).count());
  }

  std::shared_ptr<ZmqContext> context_;
  std::deque<SwarmMember> members_;
};

int usage() {
  std::fprintf(stderr, "usage: bench_swarm GROUP ENDPOINT COUNT [SERVER-KEY]\n");
  return 2;
}

/// Each member takes some descriptors.
void allow_many_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// In a fleet the members are on other machines: here they take what the coordinator leaves.
void give_way() { setpriority(PRIO_PROCESS, 0, kNiceness); }

int run(std::span<char*> words) {
  std::optional<PublicKey> server;
  if (words.size() > 3) {
    const auto parsed = parse_public_key(words[3]);
    if (!parsed) return usage();
    server = *parsed;
  }
  allow_many_files();
  give_way();
  Swarm swarm(words[0], words[1], std::stoull(words[2]), server);
  for (std::string line; std::getline(std::cin, line) && line != "quit";) {
    std::cout << swarm.answer(line) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace groupctl::bench

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) return groupctl::bench::usage();
  return groupctl::bench::run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
}
