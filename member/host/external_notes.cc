#include "member/host/external_notes.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/durable_file.h"
#include "log/text.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
constexpr const char* kNoteEnding = ".json";

}  // namespace

Status ExternalNotes::make_folder(const std::string& name) const {
  const std::string folder = own_folder(name);
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return fail(ErrorCode::kIo, folder + ": " + error.message());
  return {};
}

ExternalNote ExternalNotes::read(const std::string& name) const {
  ExternalNote note;
  const auto text = read_small_file(at(name, kNoteEnding));
  if (!text) return note;
  const auto object = nlohmann::json::parse(*text, nullptr, false);
  if (!object.is_object()) return note;
  const auto handle = object.find("handle");
  if (handle != object.end() && handle->is_string()) note.handle = *handle;
  const auto nothing = object.find("runsNothing");
  note.runs_nothing = nothing != object.end() && nothing->is_boolean() && *nothing;
  const auto begun = object.find("begun");
  if (begun != object.end() && begun->is_string()) note.begun = *begun;
  return note;
}

Status ExternalNotes::write(const std::string& name, const ExternalNote& note) const {
  const std::string path = at(name, kNoteEnding);
  std::error_code error;
  if (fs::exists(path, error) && read(name) == note) return {};
  const nlohmann::json object = {
      {"handle", note.handle}, {"runsNothing", note.runs_nothing}, {"begun", note.begun}};
  return write_file_durably(path, object.dump() + "\n");
}

void ExternalNotes::keep_output(const std::string& name, const std::string& output) const {
  std::ofstream(output_file(name), std::ios::trunc) << output;
}

Status ExternalNotes::forget(const std::string& name) const {
  std::error_code error;
  for (const char* ending : {".d", ".config", ".planned", ".output", kNoteEnding}) {
    fs::remove_all(at(name, ending), error);
    if (error) return fail(ErrorCode::kIo, at(name, ending) + ": " + error.message());
  }
  return {};
}

std::vector<std::string> ExternalNotes::names() const {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator at(folder_, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    const fs::path file = at->path().filename();
    if (file.extension() == kNoteEnding && is_name(file.stem().string())) {
      names.push_back(file.stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace groupctl
