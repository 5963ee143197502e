// Who is let in to a coordinator's planes, and how often. The authenticator's thread asks; the
// bus's thread says who.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "log/idle_map.h"
#include "log/token_bucket.h"
#include "wire/zmq_authenticator.h"
#include "wire/zmq_bus.h"
#include "wire/zmq_gate.h"

namespace groupctl::zmq_shell {

/// Handshakes of one key at one plane. At the admin plane a script connects once a command.
inline constexpr Rate kHandshakes = {20, 1000, 100};
inline constexpr Rate kAdminHandshakes = {200, 1000, 1000};
/// Of a key that many have it is of one address; and this, of all who have such a key together.
inline constexpr Rate kSharedHandshakes = {100, 1000, 200};

/// The ZAP domain of a group's plane.
std::string domain_of(const std::string& group, Plane plane);

class Protection {
 public:
  /// Throws zmq::error_t when the context has an authenticator already.
  Protection(std::shared_ptr<ZmqContext> context, PlaneKeys keys);

  const SecretKey& server() const { return keys_.server.secret_key; }
  const std::string& group() const { return keys_.group; }
  /// Lets in these. Gives those who were let in before.
  std::shared_ptr<const Admissions> replace(std::shared_ptr<const Admissions> by);
  /// Whether this key may connect there.
  bool admits(const PublicKey& key, Plane plane) const;
  /// Tells of who was turned away since. Of the thread that replaces.
  void tell();
  /// Whether many have this key. Of the thread that replaces.
  bool is_shared(const PublicKey& key) const { return shared_.contains(key); }
  /// Does not speak to anybody: whether a stranger is refused at this endpoint.
  std::unique_ptr<StrangerTest> test(ZmqContext& context, const std::string& endpoint,
                                     Plane plane) const;
  Status check(ZmqContext& context, const std::string& endpoint, Plane plane) const;

 private:
  using Verdict = ZmqAuthenticator::Verdict;
  struct TurnedAway {
    const PlaneKeys::Told& told;
    std::string address;
    PublicKey key;
    std::uint64_t times = 0;
  };
  Admission admission_of(const PublicKey& key) const;
  Verdict judge(const ZmqAuthenticator::Asked& asked);
  bool is_within_rate(const ZmqAuthenticator::Asked& asked, Plane plane, bool shared);

  const PlaneKeys keys_;
  const KeyPair stranger_ = draw_keys();
  std::set<PublicKey> shared_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Admissions> admissions_;
  // Not told by the authenticator's thread: a log that blocks must not keep it from its answers.
  std::vector<TurnedAway> turned_away_;
  // The authenticator's own.
  static constexpr std::size_t kMaxRemembered = 8192;
  IdleMap<std::pair<PublicKey, std::string>, TokenBucket> handshakes_{kMaxRemembered};
  TokenBucket shared_handshakes_;
  RefusalLog refused_;
  RefusalLog limited_;
  ZmqAuthenticator authenticator_;  // the last: its thread uses the others
};

}  // namespace groupctl::zmq_shell
