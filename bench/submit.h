// Submits of one SET command each, as bytes of the admin plane, and what comes back.
#pragma once

#include "log/pcg.h"
#include "wire/admin_messages.h"
#include "wire/zmq_client.h"

namespace groupctl::bench {

inline constexpr std::uint64_t kAnswerTimeoutMs = 30000;

/// One question, one answer.
Result<AdminReply> ask(ZmqClient& client, const AdminRequest& request);
/// The group's time, which the ids of new clients begin with.
Result<GroupTime> group_time(ZmqClient& client);

/// The number of the request is the id of its message, too.
Bytes encode_submit(const RequestId& id, const SubmittedCommand& command);
Result<Bytes> make_submit(const RequestId& id, Pcg& pcg);

struct AcceptedSubmit {
  std::uint64_t number = 0;  ///< as in make_submit()
  Sequence sequence;
};
/// Errors: the answer is anything but durable.
Result<AcceptedSubmit> read_accepted(ByteView answer);
/// Waits for the next answer to a submit. Errors: those of read_accepted(); silence.
Result<AcceptedSubmit> take_accepted(ZmqClient& client);

}  // namespace groupctl::bench
