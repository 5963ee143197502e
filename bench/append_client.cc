#include "bench/append_client.h"

#include <chrono>

#include "commands/syntax.h"
#include "log/pcg.h"
#include "wire/admin_messages.h"
#include "wire/zmq_client.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kTimeoutMs = 10000;
constexpr std::size_t kValueBytes = 256;
constexpr std::uint64_t kKeys = 64;

const SyntaxRow& set_row() {
  for (const SyntaxRow& row : syntax_table()) {
    if (row.verb == "set") return row;
  }
  broken_invariant("no verb \"set\"", __FILE__, __LINE__);
}

Result<SubmittedCommand> make_command(Pcg& pcg) {
  std::string pair = "bench." + std::to_string(pcg.below(kKeys)) + "=";
  for (std::size_t i = 0; i < kValueBytes; ++i) {
    pair.push_back(static_cast<char>('a' + pcg.below(26)));
  }
  const SyntaxRow& row = set_row();
  auto built = row.build({{std::string(row.positionals.front().name), {pair}}});
  if (!built) return tl::unexpected<Error>(built.error());
  SubmittedCommand command;
  command.kind = built->kind;
  command.target = Target::all();
  command.payload = std::move(built->payload);
  return command;
}

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
    auto command = make_command(pcg);
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
