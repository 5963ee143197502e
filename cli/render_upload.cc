#include "cli/render_upload.h"

#include <fmt/format.h>

#include "cli/render_bar.h"
#include "cli/repository_report.h"

namespace groupctl {

std::vector<std::string> upload_bar(const UploadProgress& progress, std::uint64_t elapsed_ms,
                                    const Screen& screen) {
  if (progress.total == 0) return {};
  BarLine line;
  line.part = progress.done;
  line.whole = progress.total;
  line.figures = fmt::format("{}/{}", bytes_text(progress.done), bytes_text(progress.total));
  line.more = {clock_text(elapsed_ms)};
  if (progress.there > 0) line.more.push_back(bytes_text(progress.there) + " were there");
  if (elapsed_ms > 0) {
    line.more.push_back(bytes_text((progress.done - progress.there) * 1000 / elapsed_ms) + "/s");
  }
  return {bar_line(line, screen)};
}

std::string upload_line(std::string_view artefact, const UploadProgress& progress) {
  std::string line = fmt::format("put {}: {} of {}", artefact, bytes_text(progress.done),
                                 bytes_text(progress.total));
  if (progress.there > 0) line += fmt::format("; {} were there", bytes_text(progress.there));
  return line + "\n";
}

}  // namespace groupctl
