#include "daemon/thread_like_this.h"

#include "daemon/crash_mark.h"
#include "daemon/logging.h"

namespace groupctl {

std::thread thread_like_this(std::function<void()> run) {
  return std::thread([run = std::move(run), fields = thread_fields(), place = crash_place()] {
    set_thread_fields(fields);
    mark_crashes_at(place);
    run();
  });
}

}  // namespace groupctl
