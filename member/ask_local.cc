#include "member/ask_local.h"

#include <filesystem>

#include "wire/member_socket.h"
#include "wire/zmq_client.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kConnectMs = 5000;

}  // namespace

std::string local_endpoint(const std::string& state_dir) {
  std::error_code no_cwd;  // then the endpoint is none, and said to be
  return member_socket(std::filesystem::absolute(state_dir, no_cwd).lexically_normal().string());
}

Result<LocalReply> ask_local(const std::string& state_dir, const LocalRequest& request,
                             std::uint64_t timeout_ms) {
  auto client = ZmqClient::open(local_endpoint(state_dir));
  if (!client) return tl::unexpected<Error>(client.error());
  if (!(*client)->connected(kConnectMs)) {
    return fail(ErrorCode::kUnreachable, "no member runs on " + state_dir);
  }
  auto answer = (*client)->request(encode(request), timeout_ms);
  if (!answer) return tl::unexpected<Error>(answer.error());
  auto reply = decode_local_reply(*answer);
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (const auto* refused = std::get_if<Refused>(&*reply))
    return fail(refused->code, refused->text);
  return reply;
}

}  // namespace groupctl
