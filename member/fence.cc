#include "member/fence.h"

#include "log/planted_bug.h"

namespace groupctl {

Fence::Verdict Fence::judge(const Envelope& envelope) {
  if (envelope.log_id != binding_.log_id) return Verdict::kForeign;
  if (envelope.epoch < binding_.epoch) {
    if (planted(PlantedBug::kOlderEpochAccepted)) return Verdict::kPass;
    ++refused_;
    return Verdict::kStale;
  }
  if (envelope.epoch == binding_.epoch) return Verdict::kPass;
  binding_.epoch = envelope.epoch;
  return Verdict::kNewer;
}

void Fence::bind(const LogId& log_id, Epoch epoch) {
  binding_.log_id = log_id;
  binding_.epoch = epoch;
}

}  // namespace groupctl
