// Groups that are served by nobody: what Hosting asks of them, without sockets and threads.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "coordinator/hosting/hosting.h"

namespace groupctl {

/// Any thread may call anything here.
class FakeGroups {
 public:
  ServeGroup serve();

  /// From now on it cannot be served.
  void refuse(const std::string& group, Error error);
  /// As if asked on its admin plane.
  bool ask(const std::string& group, std::uint64_t id, ProcessRequest request);
  /// The next answer that any of them gave; nullopt: none within seconds.
  std::optional<AdminReply> answer();
  /// Its loop ends by itself.
  void end(const std::string& group, int code);
  bool serving(const std::string& group) const;
  std::vector<std::string> serving() const;
  PlaneEndpoints planes(const std::string& group) const;
  std::vector<std::string> summaries() const;
  Board* board() const;

 private:
  class Fake;
  struct Running {
    PlaneEndpoints planes;
    ProcessCalls calls;
    int code = 0;
  };
  Result<std::unique_ptr<ServedGroup>> start(const OpenedGroup& opened,
                                             const PlaneEndpoints& planes, Board& board,
                                             ProcessCalls calls);

  mutable std::mutex mutex_;
  std::map<std::string, Error> refused_;
  std::map<std::string, Running> running_;
  std::vector<std::string> summaries_;
  Board* board_ = nullptr;
  int next_port_ = 7001;
  Mailbox<AdminReply> answers_{100};
};

}  // namespace groupctl
