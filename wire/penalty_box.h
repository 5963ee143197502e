// Addresses from which many connections come that never say anything with a proved key: what comes
// from there is closed as it comes, before libzmq makes a session for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "log/counted_line.h"
#include "log/idle_map.h"
#include "log/token_bucket.h"
#include "log/types.h"

namespace groupctl {

/// Counts by network (zmq_peer_name.h). A connection costs a token until it has spoken.
class PenaltyBox {
 public:
  static constexpr Rate kStrangers = {100, 1000, 2048};
  static constexpr std::size_t kMaxNetworks = 8192;  ///< the one idle longest is forgotten

  /// One has come. False: it is to be closed.
  bool enter(LocalTime now, const std::string& network);
  /// One that had come has spoken.
  void redeem(LocalTime now, const std::string& network);

  struct News {
    std::string network;      ///< the last one
    std::uint64_t times = 0;  ///< of all, since there was news last
  };
  /// Who was sent away; once a minute.
  std::optional<News> news(LocalTime now);

 private:
  IdleMap<std::string, TokenBucket> strangers_{kMaxNetworks};
  CountedLine sent_away_;
  std::string last_sent_away_;
};

}  // namespace groupctl
