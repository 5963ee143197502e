#include "bench/submit.h"

#include "bench/set_command.h"

namespace groupctl::bench {

Result<AdminReply> ask(ZmqClient& client, const AdminRequest& request) {
  auto answer = client.request(encode(AdminRequestId(1), request), kAnswerTimeoutMs);
  if (!answer) return tl::unexpected<Error>(answer.error());
  auto reply = decode_admin_reply(*answer);
  if (!reply) return tl::unexpected<Error>(reply.error());
  return std::move(reply->reply);
}

Result<GroupTime> group_time(ZmqClient& client) {
  auto reply = ask(client, AdminHello{});
  if (!reply) return tl::unexpected<Error>(reply.error());
  const auto* said = std::get_if<HelloReply>(&*reply);
  if (said == nullptr) return fail(ErrorCode::kInternal, "no hello from the coordinator");
  return said->now;
}

Bytes encode_submit(const RequestId& id, const SubmittedCommand& command) {
  Submit submit;
  submit.first = id;
  submit.issuer = "bench";
  submit.commands.push_back(command);
  return encode(AdminRequestId(id.number), submit);
}

Result<Bytes> make_submit(const RequestId& id, Pcg& pcg) {
  const auto command = make_set_command(pcg, id.number);
  if (!command) return tl::unexpected<Error>(command.error());
  return encode_submit(id, *command);
}

Result<AcceptedSubmit> take_accepted(ZmqClient& client) {
  auto answer = client.receive(kAnswerTimeoutMs);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return read_accepted(*answer);
}

Result<AcceptedSubmit> read_accepted(ByteView answer) {
  auto reply = decode_admin_reply(answer);
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (const auto* accepted = std::get_if<Accepted>(&reply->reply)) {
    return AcceptedSubmit{reply->id.value, accepted->last};
  }
  const auto* refused = std::get_if<SubmitRefused>(&reply->reply);
  return fail(ErrorCode::kRefused, refused != nullptr ? refused->text : "not accepted");
}

}  // namespace groupctl::bench
