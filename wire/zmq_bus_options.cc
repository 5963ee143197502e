#include "wire/zmq_bus_options.h"

#include <utility>

namespace groupctl {
namespace {

constexpr std::uint64_t kSelfTestMs = std::uint64_t{3600} * 1000;

Note note_of(const CutReport& cut) {
  return {NoteLevel::kWarn,
          "connections were ended",
          {{"plane", cut.plane},
           {"why", cut.why},
           {"remote", cut.remote},
           {"key", cut.key ? fingerprint(cut.key) : "none"},
           {"times", cut.times}}};
}

}  // namespace

BusOptions guarded_options(std::shared_ptr<ConnectionBudget> connections,
                           std::function<void(const Note&)> say, std::function<void()> end) {
  const auto say_cut = [say](const CutReport& cut) { say(note_of(cut)); };
  const auto end_unprotected = [say, end = std::move(end)](const Error& why) {
    say({NoteLevel::kError, "strangers are not kept out: the process ends", {{"why", why.text}}});
    end();
  };
  return {std::move(connections), say_cut, kSelfTestMs, end_unprotected};
}

}  // namespace groupctl
