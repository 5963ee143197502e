// A struct's fields named once, for writing it as JSON and for reading it strictly.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"

namespace groupctl::keeper {

/// A `describe(Io&, Struct&)` calls this with every field.
class FieldWriter {
 public:
  template <class T>
  void field(const char* name, const T& value) {
    object_[name] = value;
  }
  template <class Enum>
  void word(const char* name, const Enum& value, std::span<const std::string_view> words) {
    object_[name] = words[static_cast<std::size_t>(value)];
  }
  template <class Struct>
  void part(const char* name, Struct& value) {
    FieldWriter inner;
    describe(inner, value);
    object_[name] = std::move(inner.object_);
  }
  /// Errors: kInvalid for what is not UTF-8.
  Result<std::string> text() const;

 private:
  nlohmann::json object_ = nlohmann::json::object();
};

/// The same, reading. The first thing that is wrong is what status() says.
class FieldReader {
 public:
  explicit FieldReader(const nlohmann::json& object);
  void field(const char* name, std::string& value);
  void field(const char* name, std::uint64_t& value);
  void field(const char* name, bool& value);
  void field(const char* name, std::vector<std::string>& value);
  void field(const char* name, std::map<std::string, std::string>& value);
  template <class Enum>
  void word(const char* name, Enum& value, std::span<const std::string_view> words) {
    value = static_cast<Enum>(index_of(name, words));
  }
  template <class Struct>
  void part(const char* name, Struct& value) {
    const nlohmann::json* found = take(name);
    if (found == nullptr) return;
    FieldReader inner(*found);
    describe(inner, value);
    if (Status read = inner.status(); !read) note(name, read.error().text);
  }
  /// Errors: kInvalid: no object, a missing field, one of another type, an unknown one.
  Status status() const;

 private:
  const nlohmann::json* take(const char* name);
  std::size_t index_of(const char* name, std::span<const std::string_view> words);
  void note(const char* name, std::string_view what);

  const nlohmann::json& object_;
  std::size_t taken_ = 0;
  std::string wrong_;
};

/// Errors: kInvalid: too long, or no JSON.
Result<nlohmann::json> parse_json(std::string_view text);

template <class Struct>
Result<std::string> written(Struct value) {
  FieldWriter writer;
  describe(writer, value);
  return writer.text();
}

template <class Struct>
Result<Struct> read_from(std::string_view text) {
  const auto object = parse_json(text);
  if (!object) return tl::unexpected(object.error());
  FieldReader reader(*object);
  Struct value;
  describe(reader, value);
  if (Status read = reader.status(); !read) return tl::unexpected(read.error());
  return value;
}

}  // namespace groupctl::keeper
