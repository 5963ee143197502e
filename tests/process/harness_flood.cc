#include "tests/process/harness_flood.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace groupctl::process_test {
namespace {

constexpr int kFloodPollMs = 5;
constexpr std::size_t kOpenedAtOnce = 64;
constexpr std::size_t kHalfFrameBytes = 100 << 10;
constexpr std::uint8_t kShortCommand = 4;
constexpr std::uint8_t kLongCommand = 6;
constexpr std::uint8_t kLongPart = 3;  // and more
constexpr int kHungMs = 20000;

/// Of ZMTP 3.0, of a client.
Piece greeting_of(const std::string& mechanism) {
  Piece greeting(64, 0);
  greeting[0] = 0xff;
  greeting[9] = 0x7f;
  greeting[10] = 3;
  std::copy(mechanism.begin(), mechanism.end(), greeting.begin() + 12);
  return greeting;
}

void append_head(Piece& words, std::uint8_t kind, std::uint64_t frame_bytes) {
  words.push_back(kind);
  for (int shift = 56; shift >= 0; shift -= 8) {
    words.push_back(static_cast<std::uint8_t>(frame_bytes >> shift));
  }
}

/// "READY", with one property.
void append_ready(Piece& words, const std::string& socket_type) {
  const std::string body = "\x05READY\x0bSocket-Type" + std::string(3, '\0') +
                           static_cast<char>(socket_type.size()) + socket_type;
  words.push_back(kShortCommand);
  words.push_back(static_cast<std::uint8_t>(body.size()));
  words.insert(words.end(), body.begin(), body.end());
}

/// Until the other side has answered a greeting by its own and a short command: before that it
/// takes no messages.
void hear_handshake(const UniqueFd& socket) {
  constexpr std::size_t kGreeting = 64;
  Piece heard;
  const auto is_whole = [&] {
    return heard.size() > kGreeting + 1 && heard.size() >= kGreeting + 2 + heard[kGreeting + 1];
  };
  while (!is_whole()) {
    pollfd readable{socket.get(), POLLIN, 0};
    std::array<std::uint8_t, 256> piece;
    if (::poll(&readable, 1, kHungMs) <= 0) return;
    const ssize_t size = ::recv(socket.get(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (size <= 0) return;
    heard.insert(heard.end(), piece.begin(), piece.begin() + size);
  }
}

}  // namespace

Piece words_of(const FloodOptions& options) {
  Piece words;
  if (options.hostility == Hostility::kIdle) return words;
  words = greeting_of(options.mechanism);
  if (options.hostility == Hostility::kHalfGreeting) words.resize(words.size() / 2);
  if (options.hostility == Hostility::kGiantFrame)
    append_head(words, kLongCommand, std::uint64_t{4} << 30);
  if (options.hostility == Hostility::kHalfFrame) {
    append_head(words, kLongCommand, kHalfFrameBytes);
    words.insert(words.end(), kHalfFrameBytes / 2, 'x');
  }
  return words;
}

std::size_t say_without_end(const TcpAddress& target, const EndlessMessage& message) {
  Piece words = greeting_of("NULL");
  append_ready(words, message.as);
  Piece part;
  append_head(part, kLongPart, message.part_bytes);
  part.resize(part.size() + message.part_bytes, 'x');
  const UniqueFd socket = connect_to(target);
  std::size_t said = 0;
  for (std::size_t at = 0; said < message.most;) {
    // Not as fast as it goes: what is looked at is not how fast this machine is.
    pollfd ended{socket.get(), POLLOUT, 0};
    if (::poll(&ended, 1, kHungMs) < 0 || (ended.revents & (POLLERR | POLLHUP)) != 0) break;
    const ssize_t sent =
        ::send(socket.get(), words.data() + at, words.size() - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) break;
    said += static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    at += static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    if (at < words.size()) continue;
    if (words != part) hear_handshake(socket);
    words = part;
    at = 0;
    pollfd nothing{-1, 0, 0};
    ::poll(&nothing, 1, 1);
  }
  return said;
}

struct Flood::Peer {
  UniqueFd socket;
  bool connected = false;
  std::size_t said = 0;
};

Flood::Flood(TcpAddress target, FloodOptions options)
    : target_(std::move(target)), options_(std::move(options)), words_(words_of(options_)) {
  make_room_for_files(options_.count);
  thread_ = std::thread([this] { run(); });
}

Flood::~Flood() {
  stopping_ = true;
  thread_.join();
}

void Flood::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), options_.niceness);
  while (!stopping_) {
    open_some();
    std::vector<pollfd> asked;
    for (const Peer& peer : peers_) {
      const bool quiet = peer.connected && peer.said == words_.size();
      asked.push_back(
          {peer.socket.get(), static_cast<short>(quiet ? POLLIN : POLLIN | POLLOUT), 0});
    }
    ::poll(asked.data(), asked.size(), kFloodPollMs);
    std::size_t i = 0;
    std::size_t quiet = 0;
    std::erase_if(peers_, [&](Peer& peer) {
      const bool goes_on = serve(peer, asked[i++].revents);
      if (goes_on && peer.connected && peer.said == words_.size()) ++quiet;
      if (!goes_on) ++closed_;
      return !goes_on;
    });
    held_ = quiet;
  }
}

void Flood::open_some() {
  for (std::size_t i = 0; i < kOpenedAtOnce; ++i) {
    if (options_.again ? peers_.size() >= options_.count : opened_ >= options_.count) return;
    ++opened_;
    Peer peer{connect_from(options_.from, target_)};
    if (peer.socket) {
      peers_.push_back(std::move(peer));
    } else {
      ++closed_;
    }
  }
}

/// False: it has been closed.
bool Flood::serve(Peer& peer, short events) {
  if ((events & (POLLIN | POLLERR | POLLHUP)) != 0) {
    std::array<std::uint8_t, 4096> ignored;
    const ssize_t size = ::recv(peer.socket.get(), ignored.data(), ignored.size(), MSG_DONTWAIT);
    if (size == 0 || (size < 0 && errno != EAGAIN)) return false;
  }
  if ((events & POLLOUT) == 0) return true;
  peer.connected = true;
  if (peer.said == words_.size()) return true;
  const ssize_t size = ::send(peer.socket.get(), words_.data() + peer.said,
                              words_.size() - peer.said, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN;
  peer.said += static_cast<std::size_t>(size);
  return true;
}

}  // namespace groupctl::process_test
