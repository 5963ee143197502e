// The machine's limits for fan-out and catch-up: bare ZeroMQ with the same bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/child.h"
#include "bench/door.h"

namespace groupctl::bench {

inline constexpr std::uint64_t kBatchBytes = 64 * 1024;

/// One publisher, so many subscribers, each with a thread: bytes a second until the last has all of
/// `bytes`, sent as messages of 64 KiB. Nothing is dropped, nothing acknowledged. With keys: CURVE,
/// and whoever comes is let in.
Result<double> published_bytes_per_second(std::uint64_t subscribers, std::uint64_t bytes,
                                          Security security);

/// A bare ROUTER in a process of its own (bench_bare_router), with DEALERs here.
class BareRouter {
 public:
  static Result<BareRouter> open(const std::string& program, const std::string& log);
  BareRouter(BareRouter&& other) noexcept;
  ~BareRouter();

  pid_t pid() const { return child_.pid(); }
  /// So many more peers that have heard from it and stay.
  Status connect(std::uint64_t peers);
  /// Every peer, each with a thread, fetches `bytes` in messages of 64 KiB, four of them under way:
  /// bytes a second of all together.
  Result<double> fetched_bytes_per_second(std::uint64_t bytes);

 private:
  struct Peers;
  BareRouter(Child child, std::string endpoint);
  Child child_;
  std::string endpoint_;
  std::unique_ptr<Peers> peers_;
};

}  // namespace groupctl::bench
