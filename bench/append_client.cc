#include "bench/append_client.h"

#include <chrono>

#include "bench/set_command.h"
#include "wire/admin_messages.h"
#include "wire/zmq_client.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kTimeoutMs = 10000;
Result<GroupTime> hello(ZmqClient& client) {
  auto answer = client.request(encode(AdminRequestId(1), AdminHello{}), kTimeoutMs);
  if (!answer) return tl::unexpected<Error>(answer.error());
  auto reply = decode_admin_reply(*answer);
  if (!reply) return tl::unexpected<Error>(reply.error());
  const auto* said = std::get_if<HelloReply>(&reply->reply);
  if (said == nullptr) return fail(ErrorCode::kInternal, "no hello from the coordinator");
  return said->now;
}

Status take_accepted(ZmqClient& client) {
  auto bytes = client.receive(kTimeoutMs);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto reply = decode_admin_reply(*bytes);
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (std::holds_alternative<Accepted>(reply->reply)) return {};
  const auto* refused = std::get_if<SubmitRefused>(&reply->reply);
  return fail(ErrorCode::kRefused, refused != nullptr ? refused->text : "not accepted");
}

}  // namespace

Result<AppendRun> run_appends(const std::string& admin_endpoint, std::uint64_t commands,
                              std::uint64_t window, std::uint64_t seed) {
  auto opened = ZmqClient::open(admin_endpoint);
  if (!opened) return tl::unexpected<Error>(opened.error());
  ZmqClient& client = **opened;
  auto now = hello(client);
  if (!now) return tl::unexpected<Error>(now.error());
  Pcg pcg(seed);
  std::vector<Bytes> requests;  // made beforehand: the client's own work is not what is measured
  for (std::uint64_t i = 0; i < commands; ++i) {
    auto command = make_set_command(pcg);
    if (!command) return tl::unexpected<Error>(command.error());
    Submit submit{{{now->value, seed}, i + 1}, "bench", {*std::move(command)}, false};
    requests.push_back(encode(AdminRequestId(i + 2), submit));
  }
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t sent = 0;
  for (std::uint64_t answered = 0; answered < commands; ++answered) {
    for (; sent < commands && sent - answered < window; ++sent) {
      if (auto gone = client.send(requests[sent], kTimeoutMs); !gone) {
        return tl::unexpected<Error>(gone.error());
      }
    }
    if (auto accepted = take_accepted(client); !accepted) {
      return tl::unexpected<Error>(accepted.error());
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return AppendRun{commands, took.count()};
}

}  // namespace groupctl::bench
