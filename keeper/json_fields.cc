#include "keeper/json_fields.h"

#include <algorithm>

#include "keeper/spec.h"

namespace groupctl::keeper {

using nlohmann::json;

Result<std::string> FieldWriter::text() const {
  try {
    return object_.dump();
  } catch (const json::exception&) {
    return fail(ErrorCode::kInvalid, "not UTF-8");
  }
}

FieldReader::FieldReader(const json& object) : object_(object) {
  if (!object.is_object()) wrong_ = "not an object";
}

const json* FieldReader::take(const char* name) {
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(name);
  if (found == object_.end()) {
    note(name, "missing");
    return nullptr;
  }
  ++taken_;
  return &*found;
}

void FieldReader::note(const char* name, std::string_view what) {
  if (wrong_.empty()) wrong_ = std::string(name) + ": " + std::string(what);
}

void FieldReader::field(const char* name, std::string& value) {
  const json* found = take(name);
  if (found == nullptr) return;
  if (!found->is_string()) return note(name, "not a text");
  value = found->get<std::string>();
}

void FieldReader::field(const char* name, std::uint64_t& value) {
  const json* found = take(name);
  if (found == nullptr) return;
  if (!found->is_number_unsigned()) return note(name, "not a whole number");
  value = found->get<std::uint64_t>();
}

void FieldReader::field(const char* name, bool& value) {
  const json* found = take(name);
  if (found == nullptr) return;
  if (!found->is_boolean()) return note(name, "neither true nor false");
  value = found->get<bool>();
}

void FieldReader::field(const char* name, std::vector<std::string>& value) {
  const json* found = take(name);
  if (found == nullptr) return;
  const bool texts = found->is_array() && std::all_of(found->begin(), found->end(),
                                                      [](const json& j) { return j.is_string(); });
  if (!texts) return note(name, "not a list of texts");
  value = found->get<std::vector<std::string>>();
}

void FieldReader::field(const char* name, std::map<std::string, std::string>& value) {
  const json* found = take(name);
  if (found == nullptr) return;
  const bool texts = found->is_object() && std::all_of(found->begin(), found->end(),
                                                       [](const json& j) { return j.is_string(); });
  if (!texts) return note(name, "not an object of texts");
  value = found->get<std::map<std::string, std::string>>();
}

std::size_t FieldReader::index_of(const char* name, std::span<const std::string_view> words) {
  std::string word;
  field(name, word);
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  note(name, "no such word: " + word);
  return 0;
}

Status FieldReader::status() const {
  if (!wrong_.empty()) return fail(ErrorCode::kInvalid, wrong_);
  if (taken_ != object_.size()) return fail(ErrorCode::kInvalid, "an unknown field");
  return {};
}

Result<json> parse_json(std::string_view text) {
  if (text.size() > kMaxSpecBytes) return fail(ErrorCode::kInvalid, "too long");
  json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return fail(ErrorCode::kInvalid, "not JSON");
  return parsed;
}

}  // namespace groupctl::keeper
