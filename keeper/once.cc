#include "keeper/once.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include "daemon/clock.h"
#include "keeper/later.h"
#include "keeper/once_wire.h"
#include "keeper/proc.h"
#include "keeper/spawn.h"

namespace groupctl::keeper {
namespace {

constexpr int kAskEveryMs = 50;
/// Killing takes milliseconds, of a large fork bomb seconds; what hangs in the system cannot be
/// killed.
constexpr std::uint64_t kTellingMs = 60'000;
constexpr std::uint64_t kSweepMs = 5000;

class Conversation {
 public:
  Conversation(UniqueFd socket, const std::function<void(std::string_view)>& on_line,
               const std::function<bool()>& cancelled, std::uint64_t give_up_at)
      : socket_(std::move(socket)),
        on_line_(on_line),
        cancelled_(cancelled),
        give_up_at_(give_up_at) {}

  /// False: the keeper hears no more.
  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EINTR) return false;
      bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
    return true;
  }

  /// What the keeper tells at last. Errors: kTimeout; kInternal when it ends before.
  Result<Ended> hear() {
    while (!end_.ended()) {
      if (Status heard = hear_more(); !heard) return tl::unexpected(heard.error());
    }
    return *end_.ended();
  }

 private:
  Status hear_more() {
    ask();
    pollfd waiting = {socket_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, kAskEveryMs) <= 0) {
      if (local_now().value < give_up_at_) return {};
      return fail(ErrorCode::kTimeout, "the program cannot be ended");
    }
    std::array<char, 64 << 10> piece;
    const ssize_t got = ::read(socket_.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) return {};
    if (got <= 0) return fail(ErrorCode::kInternal, "the keeper has ended early");
    packets_.add({piece.data(), static_cast<std::size_t>(got)});
    return take_packets();
  }

  Status take_packets() {
    for (;;) {
      auto packet = packets_.next();
      if (!packet) return tl::unexpected(packet.error());
      if (!*packet) return {};
      if ((*packet)->kind == PacketKind::kLine) {
        if (on_line_) on_line_((*packet)->bytes);
      } else if (Status added = end_.add(std::move(**packet)); !added) {
        return added;
      }
    }
  }

  void ask() {
    if (asked_to_end_ || !cancelled_ || !cancelled_()) return;
    asked_to_end_ = true;
    ::shutdown(socket_.get(), SHUT_WR);
    give_up_at_ = std::min(give_up_at_, local_now().value + kTellingMs);
  }

  UniqueFd socket_;  // its end is heard by the keeper: also that of this process
  const std::function<void(std::string_view)>& on_line_;
  const std::function<bool()>& cancelled_;
  std::uint64_t give_up_at_;
  PacketCutter packets_;
  EndReader end_;
  bool asked_to_end_ = false;
};

std::uint64_t give_up_at(std::uint64_t timeout_ms, std::uint64_t grace_ms) {
  if (timeout_ms == 0) return kNeverMs;
  return later(later(later(local_now().value, timeout_ms), grace_ms), kTellingMs);
}

Result<std::string> encoded(const OnceRequest& request, std::string_view input) {
  if (Status good = check(request.program); !good) return tl::unexpected(good.error());
  if (input.size() > kMaxInputBytes) return fail(ErrorCode::kInvalid, "too much input");
  const auto text = to_json(request);
  if (!text) return tl::unexpected(text.error());
  if (text->size() > kMaxSpecBytes) return fail(ErrorCode::kInvalid, "too long a spec");
  return encode(PacketKind::kRequest, *text) + encode(PacketKind::kInput, input);
}

/// After a failure of the keeper's own: kills it and what it has left.
void clean_up(pid_t keeper, const std::string& run_id) {
  ::kill(keeper, SIGKILL);
  reap_child(keeper);
  static_cast<void>(kill_traced({.run_id = run_id}, kSweepMs));
}

}  // namespace

Result<Ended> run_once(const std::string& keeper, const ProgramSpec& spec, std::string_view input,
                       std::uint64_t timeout_ms,
                       const std::function<void(std::string_view line)>& on_line,
                       const std::function<bool()>& cancelled) {
  const OnceRequest request{spec, timeout_ms, new_run_id()};
  const auto words = encoded(request, input);
  if (!words) return tl::unexpected(words.error());
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return errno_error("cannot make a socket");
  }
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const auto pid = spawn_keeper(keeper, {"once"}, {{theirs.get(), STDIN_FILENO}});
  if (!pid) return tl::unexpected(pid.error());
  theirs.reset();
  Conversation conversation(std::move(ours), on_line, cancelled,
                            give_up_at(timeout_ms, spec.grace_ms));
  if (!conversation.say(*words)) {
    clean_up(*pid, request.run_id);
    return fail(ErrorCode::kInternal, "the keeper has ended early");
  }
  auto ended = conversation.hear();
  if (!ended) {
    clean_up(*pid, request.run_id);
  } else {
    reap_child(*pid);
  }
  return ended;
}

}  // namespace groupctl::keeper
