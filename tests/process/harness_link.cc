#include "tests/process/harness_link.h"

#include <poll.h>

#include <utility>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

constexpr int kLinkPollMs = 5;

}  // namespace

struct Link::Connection {
  Connection(std::size_t which, UniqueFd from, UniqueFd to)
      : number(which), client(std::move(from)), server(std::move(to)) {}
  const std::size_t number;
  UniqueFd client;
  UniqueFd server;  ///< none: it is half-open
  Pipe towards{client.get(), server.get()};
  Pipe back{server.get(), client.get()};
};

Link::Link(const std::string& server, const std::string& host)
    : server_(address_of(server)), own_{host, server_.port}, listener_(listen_at(own_)) {
  thread_ = std::thread([this] { run(); });
}

Link::~Link() {
  stopping_ = true;
  thread_.join();
}

void Link::cut(bool towards, bool from) {
  towards_server.cut = towards;
  from_server.cut = from;
}

void Link::flap(std::uint64_t period_ms, Down how) {
  how_down_ = how;
  period_ms_ = period_ms;
}

void Link::heal() {
  towards_server.heal();
  from_server.heal();
  period_ms_ = 0;
  door_ = Door::kOpen;
}

std::vector<std::uint64_t> Link::arrivals_ms() const {
  const std::lock_guard lock(arrivals_mutex_);
  return arrivals_ms_;
}

void Link::run() {
  while (!stopping_) turn(now_ms());
}

Down Link::down_at(std::uint64_t now_ms) const {
  const std::uint64_t half_ms = period_ms_ / 2;
  return half_ms > 0 && now_ms / half_ms % 2 == 1 ? how_down_.load() : Down::kNot;
}

void Link::turn(std::uint64_t now_ms) {
  change_over(down_at(now_ms));
  mind_the_door(down_ == Down::kBroken || door_ == Door::kRefusing);
  wait_for_any();
  for (Direction* direction : {&towards_server, &from_server, &faultless_}) {
    direction->allowance.refill(direction->bytes_per_second, now_ms);
  }
  if (listener_) accept_all();
  std::erase_if(connections_, [this](const auto& one) { return !serve(*one); });
}

void Link::change_over(Down down) {
  const Down before = std::exchange(down_, down);
  if (before == Down::kNot && down != Down::kNot) ++downs_;
  const bool breaks = before != Down::kBroken && down == Down::kBroken;
  if (!drop_asked_.exchange(false) && !breaks) return;
  std::erase_if(connections_, [this](const auto& one) { return one->number >= spared_; });
}

void Link::mind_the_door(bool refusing) {
  if (refusing) listener_.reset();
  if (!refusing && !listener_) listener_ = listen_at(own_);
}

void Link::accept_all() {
  while (UniqueFd client = accept_from(listener_)) {
    {
      const std::lock_guard lock(arrivals_mutex_);
      arrivals_ms_.push_back(now_ms());
    }
    UniqueFd server;
    if (door_ != Door::kHalfOpen) {
      server = connect_to(server_);
      if (!server) continue;
    }
    connections_.push_back(
        std::make_unique<Connection>(accepted_++, std::move(client), std::move(server)));
  }
}

Direction& Link::towards(const Connection& one) {
  return one.number < spared_ ? faultless_ : towards_server;
}

Direction& Link::back(const Connection& one) {
  return one.number < spared_ ? faultless_ : from_server;
}

/// Whether bytes of this connection stay where they are.
bool Link::stays(const Connection& one, const Direction& direction) const {
  if (!one.server) return true;
  return &direction != &faultless_ && (direction.cut || down_ == Down::kSilent);
}

void Link::wait_for_any() {
  std::vector<pollfd> asked;
  if (listener_) asked.push_back({listener_.get(), POLLIN, 0});
  const auto ask_for = [&](const Connection& one, const Pipe& pipe, const Direction& direction) {
    if (stays(one, direction)) return;
    if (pipe.takes()) asked.push_back({pipe.from(), POLLIN, 0});
    if (pipe.gives() && direction.allowance.bytes() > 0) asked.push_back({pipe.to(), POLLOUT, 0});
  };
  for (const auto& one : connections_) {
    ask_for(*one, one->towards, towards(*one));
    ask_for(*one, one->back, back(*one));
  }
  ::poll(asked.data(), asked.size(), kLinkPollMs);
}

/// Moves what there is. False: the connection has ended.
bool Link::serve(Connection& one) {
  Direction& to = towards(one);
  if (!stays(one, to) && !one.towards.serve(to)) return false;
  Direction& from = back(one);
  if (!stays(one, from) && !one.back.serve(from)) return false;
  return !one.towards.over() || !one.back.over();
}

MemberLinks::MemberLinks(const Group& group)
    : member(group.endpoint("member"), host), command(group.endpoint("command"), host) {}

void MemberLinks::cut(bool towards, bool from) {
  member.cut(towards, from);
  command.cut(towards, from);
}

void MemberLinks::flap(std::uint64_t period_ms, Down how) {
  member.flap(period_ms, how);
  command.flap(period_ms, how);
}

void MemberLinks::heal() {
  member.heal();
  command.heal();
}

void MemberLinks::spare_present() {
  member.spare_present();
  command.spare_present();
}

}  // namespace groupctl::process_test
