// The works of tools/bench, each a function that measures and gives its rows of the table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/coordinator_process.h"
#include "bench/long_log.h"
#include "bench/report.h"

namespace groupctl::bench {

inline constexpr double kMicroseconds = 1e6;  ///< in a second

/// What all works share.
struct Bench {
  std::string programs;  ///< the folder that they were built into
  std::string data;      ///< a folder for what they write
  double scale = 1;      ///< how much of the commands and entries is done: less for a trial
  int repetitions = 3;
  std::vector<std::uint64_t> fan_outs = {10, 100};  ///< members of B2
  std::uint64_t latency_members = 100;              ///< of B2l

  std::string coordinator() const { return programs + "/coordinator/group-coordinator"; }
  std::string groupctl() const { return programs + "/cli/groupctl"; }
  std::string member() const { return programs + "/member/group-member"; }
  std::string swarm() const { return programs + "/bench/bench_swarm"; }
  std::string flood() const { return programs + "/bench/bench_flood"; }
  std::string bare_router() const { return programs + "/bench/bench_bare_router"; }

  std::uint64_t scaled(std::uint64_t count) const;
  /// A folder that is not there yet.
  std::string fresh_dir() { return data + "/" + std::to_string(++dirs_); }
  /// For the client ids of a work: each differs from the others.
  std::uint64_t fresh_seeds(std::uint64_t count) { return (seeds_ += count) - count; }
  /// The log of B4 and B5, made when it is asked for first.
  Result<LongLog*> long_log();

 private:
  std::uint64_t dirs_ = 0;
  std::uint64_t seeds_ = 1;
  std::optional<LongLog> long_log_;
};

/// Durable ordered append.
Result<Cases> run_b1(Bench& bench);
/// Fan-out: all members have it and have said so.
Result<Cases> run_b2(Bench& bench);
/// How long that takes, of single commands.
Result<Cases> run_b2l(Bench& bench);
/// Catching up from the log.
Result<Cases> run_b3(Bench& bench);
/// A release to members that have nothing of it.
Result<Cases> run_b6(Bench& bench);
/// A plan of many artefacts.
Result<Cases> run_plan(Bench& bench);
/// EXEC on many members.
Result<Cases> run_exec(Bench& bench);
/// Restart with a long log after a kill.
Result<Cases> run_b4(Bench& bench);
/// What it takes of disk and memory.
Result<Cases> run_b5(Bench& bench);
/// A group beside thousands of hostile connections.
Result<Cases> run_hostile(Bench& bench);

}  // namespace groupctl::bench
