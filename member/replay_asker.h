// Asks for what is missing in the stream, with credit, and again when nothing comes.
#pragma once

#include <optional>

#include "member/backoff.h"
#include "wire/member_messages.h"

namespace groupctl {

class ReplayAsker {
 public:
  ReplayAsker(std::uint32_t pages, Backoff backoff) : pages_(pages), backoff_(backoff) {}

  /// The request to send now, if any; `missing` is the first sequence that is not there.
  std::optional<ReplayRequest> ask(SessionNumber session, std::optional<Sequence> missing,
                                   LocalTime now, Pcg& pcg) {
    if (!missing) {
      due_.reset();
      backoff_.reset();
      return std::nullopt;
    }
    if (due_ && now < *due_) return std::nullopt;
    due_ = LocalTime(now.value + backoff_.next(pcg));
    return ReplayRequest{session, *missing, pages_};
  }
  /// A page has come: with frames there is progress; with the last one the credit is used up.
  void page(const ReplayPage& page, LocalTime now, Pcg& pcg) {
    if (page.frames.empty()) return;
    backoff_.reset();
    due_ = page.last ? now : LocalTime(now.value + backoff_.next(pcg));
  }
  void new_session() {
    due_.reset();
    backoff_.reset();
  }
  std::optional<LocalTime> due() const { return due_; }

 private:
  std::uint32_t pages_;
  Backoff backoff_;
  std::optional<LocalTime> due_;  ///< when the open request is given up
};

}  // namespace groupctl
