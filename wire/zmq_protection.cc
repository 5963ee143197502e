#include "wire/zmq_protection.h"

#include <algorithm>
#include <array>

#include "wire/network.h"
#include "wire/reachable.h"

namespace groupctl::zmq_shell {
namespace {

constexpr std::array<Plane, kPlanes> kAllPlanes = {Plane::kMember, Plane::kAdmin, Plane::kCommand};

std::set<PublicKey> shared_of(const Admissions& admissions) {
  std::set<PublicKey> shared;
  for (const auto& [key, may] : admissions) {
    if (may.shared) shared.insert(key);
  }
  return shared;
}

/// Where this machine finds what is bound to all addresses.
std::string on_this_machine(const std::string& endpoint) {
  return reachable_endpoint(endpoint, "tcp://127.0.0.1:1");
}

bool lets_in(const Admission& may, Plane plane) {
  switch (plane) {
    case Plane::kMember:
      return may.member;
    case Plane::kAdmin:
      return may.admin;
    case Plane::kCommand:
      return may.command;
  }
  return false;
}

zmq::socket_type type_at(Plane plane) {
  return plane == Plane::kCommand ? zmq::socket_type::sub : zmq::socket_type::dealer;
}

}  // namespace

std::string domain_of(const std::string& group, Plane plane) {
  return group + "." + std::string(to_word(plane));
}

Protection::Protection(std::shared_ptr<ZmqContext> context, PlaneKeys keys)
    : keys_(std::move(keys)),
      shared_(shared_of(*keys_.admissions)),
      admissions_(keys_.admissions),
      authenticator_(std::move(context),
                     [this](const ZmqAuthenticator::Asked& asked) { return judge(asked); }) {}

std::shared_ptr<const Admissions> Protection::replace(std::shared_ptr<const Admissions> by) {
  shared_ = shared_of(*by);
  const std::lock_guard lock(mutex_);
  return std::exchange(admissions_, std::move(by));
}

Admission Protection::admission_of(const PublicKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = admissions_->find(key);
  return found == admissions_->end() ? Admission() : found->second;
}

bool Protection::admits(const PublicKey& key, Plane plane) const {
  return lets_in(admission_of(key), plane);
}

void Protection::tell() {
  std::vector<TurnedAway> turned_away;
  {
    const std::lock_guard lock(mutex_);
    turned_away.swap(turned_away_);
  }
  for (const TurnedAway& who : turned_away) {
    if (who.told) who.told(who.address, who.key, who.times);
  }
}

std::unique_ptr<StrangerTest> Protection::test(ZmqContext& context, const std::string& endpoint,
                                               Plane plane) const {
  return std::make_unique<StrangerTest>(context, on_this_machine(endpoint), type_at(plane),
                                        keys_.server.public_key, stranger_);
}

Status Protection::check(ZmqContext& context, const std::string& endpoint, Plane plane) const {
  return check_refuses_strangers(context, on_this_machine(endpoint), type_at(plane),
                                 keys_.server.public_key, stranger_);
}

// ---- of the authenticator's thread

ZmqAuthenticator::Verdict Protection::judge(const ZmqAuthenticator::Asked& asked) {
  const auto is_asked = [&](Plane plane) { return asked.domain == domain_of(keys_.group, plane); };
  const auto plane = std::find_if(kAllPlanes.begin(), kAllPlanes.end(), is_asked);
  const Admission may = admission_of(asked.key);
  const bool admitted = plane != kAllPlanes.end() && lets_in(may, *plane);
  if (admitted && is_within_rate(asked, *plane, may.shared)) return Verdict::kYes;
  if (asked.key == stranger_.public_key) return Verdict::kNo;
  const std::uint64_t times = (admitted ? limited_ : refused_).note(asked.address, steady_time());
  if (times != 0) {
    const std::lock_guard lock(mutex_);
    turned_away_.push_back(
        {admitted ? keys_.on_limited : keys_.on_refused, asked.address, asked.key, times});
  }
  return admitted ? Verdict::kLater : Verdict::kNo;
}

bool Protection::is_within_rate(const ZmqAuthenticator::Asked& asked, Plane plane, bool shared) {
  const LocalTime now = steady_time();
  const std::string where =
      asked.domain + (shared ? ' ' + network_of(asked.address) : std::string());
  TokenBucket& own = handshakes_.use({asked.key, where});
  const bool often = plane == Plane::kAdmin && !shared;
  if (!own.take(now, often ? kAdminHandshakes : kHandshakes, 1)) return false;
  return !shared || shared_handshakes_.take(now, kSharedHandshakes, 1);
}

}  // namespace groupctl::zmq_shell
