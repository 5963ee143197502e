#include "wire/zmq_authenticator.h"

#include <pthread.h>

#include <array>
#include <chrono>

namespace groupctl::zmq_shell {
namespace {

constexpr const char* kZapAddress = "inproc://zeromq.zap.01";
/// In what a system shows of threads.
constexpr const char* kThreadName = "authenticator";
constexpr std::uint64_t kBeatMs = 100;
/// Counted in looks of the watchdog, not by a clock: a process that stood still is no reason.
constexpr unsigned kMissedBeats = 10;

using Frames = std::vector<std::string>;
// version, request id, domain, address, routing id, mechanism, credentials
constexpr std::size_t kRequestFrames = 7;

Frames receive_all(zmq::socket_t& socket) {
  Frames frames;
  zmq::message_t part;
  if (!receive(socket, part)) return frames;
  frames.push_back(part.to_string());
  while (part.more() && receive(socket, part)) frames.push_back(part.to_string());
  return frames;
}

struct ZapStatus {
  const char* code;
  const char* text;
};

ZapStatus status_of(ZmqAuthenticator::Verdict verdict) {
  switch (verdict) {
    case ZmqAuthenticator::Verdict::kYes:
      return {"200", ""};
    case ZmqAuthenticator::Verdict::kLater:
      return {"300", "later"};
    case ZmqAuthenticator::Verdict::kNo:
      break;
  }
  return {"400", "no such key"};
}

void send_all(zmq::socket_t& socket, const Frames& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool last = i + 1 == frames.size();
    socket.send(zmq::buffer(frames[i]), last ? zmq::send_flags::none : zmq::send_flags::sndmore);
  }
}

}  // namespace

ZmqAuthenticator::ZmqAuthenticator(std::shared_ptr<ZmqContext> context, Judge judge)
    : context_(std::move(context)),
      judge_(std::move(judge)),
      asked_(context_->context, zmq::socket_type::rep) {
  asked_.set(zmq::sockopt::linger, 0);
  asked_.bind(kZapAddress);
  thread_ = std::thread([this] { serve(); });
  watchdog_ = std::thread([this] { watch(); });
}

ZmqAuthenticator::~ZmqAuthenticator() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  watch_ends_.notify_all();
  watchdog_.join();
  end_.signal();
  thread_.join();
}

void ZmqAuthenticator::serve() {
  ::pthread_setname_np(::pthread_self(), kThreadName);
  while (!ends_) {
    std::array<zmq::pollitem_t, 2> items = {readable(asked_), readable(end_)};
    poll(items.data(), items.size(), kBeatMs);
    while (!ends_ && items[0].revents != 0) {
      answer_one();
      ++beats_;
      poll(items.data(), 1, 0);
    }
    ++beats_;
  }
}

void ZmqAuthenticator::answer_one() {
  const Frames asked = receive_all(asked_);
  if (asked.empty()) return;
  Asked question;
  Verdict verdict = Verdict::kNo;
  if (asked.size() == kRequestFrames && asked[5] == "CURVE" &&
      question.key.assign(as_bytes(asked[6]))) {
    question.domain = asked[2];
    question.address = asked[3];
    verdict = judge_(question);
  }
  const std::string id = asked.size() > 1 ? asked[1] : "";
  const ZapStatus status = status_of(verdict);
  const std::string user = verdict == Verdict::kYes ? question.key.hex() : "";
  send_all(asked_, {"1.0", id, status.code, status.text, user, ""});
}

void ZmqAuthenticator::watch() {
  std::unique_lock lock(mutex_);
  std::uint64_t seen = 0;
  unsigned missed = 0;
  while (!ends_) {
    watch_ends_.wait_for(lock, std::chrono::milliseconds(kBeatMs));
    const std::uint64_t now = beats_;
    missed = now == seen ? missed + 1 : 0;
    seen = now;
    GROUPCTL_INVARIANT(ends_ || missed < kMissedBeats, "the authenticator answers");
  }
}

StrangerTest::StrangerTest(ZmqContext& context, std::string endpoint, zmq::socket_type type,
                           const PublicKey& server, const KeyPair& stranger)
    : endpoint_(std::move(endpoint)),
      socket_(make_socket(context, type, {1024, 1, 1})),
      events_(context, socket_, ZMQ_EVENT_HANDSHAKE_SUCCEEDED | kHandshakeFailures) {
  use_keys(socket_, stranger, server);
  GROUPCTL_INVARIANT(connect(socket_, endpoint_).has_value(), "what is bound can be connected to");
}

std::optional<Status> StrangerTest::look() {
  while (const auto event = events_.next()) {
    if (event->what == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
      return fail(ErrorCode::kUnprotected, endpoint_ + " lets in a key that nobody knows");
    }
    if (trouble_of(*event, true) == LinkTrouble::kKeyRefused) return Status();
  }
  return std::nullopt;
}

Error StrangerTest::no_answer() const {
  return {ErrorCode::kUnprotected,
          endpoint_ + " did not say within 10 s that it refuses a key that nobody knows"};
}

Status check_refuses_strangers(ZmqContext& context, const std::string& endpoint,
                               zmq::socket_type type, const PublicKey& server,
                               const KeyPair& stranger) {
  StrangerTest test(context, endpoint, type, server, stranger);
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(StrangerTest::kPatienceMs);
  while (std::chrono::steady_clock::now() < until) {
    zmq::pollitem_t item = readable(test.events());
    poll(&item, 1, kBeatMs);
    if (auto told = test.look()) return *std::move(told);
  }
  return tl::unexpected<Error>(test.no_answer());
}

}  // namespace groupctl::zmq_shell
