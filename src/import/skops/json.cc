#include "import/skops/json.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "data/counting_iterator.h"

namespace pratique::skops {
namespace {

using Kind = Value::Kind;

constexpr size_t kMaxNumber = 64;  // digits: a 128-bit random state has 39

// nlohmann's parser calls these; it does not recurse, and stops at the first false.
class Sax {
 public:
  Sax(pickle::Context& context, Texts& texts, Json& json, const char* begin)
      : context_(context), texts_(texts), json_(json), begin_(begin), seen_(begin) {}

  const char** seen() { return &seen_; }

  bool null() { return Add(Kind::kNull); }
  bool boolean(bool value) { return Add(value ? Kind::kTrue : Kind::kFalse); }
  bool number_integer(int64_t value) { return Add(Kind::kNumber, std::to_string(value)); }
  bool number_unsigned(uint64_t value) { return Add(Kind::kNumber, std::to_string(value)); }
  bool number_float(double, const std::string& text) {
    if (text.size() > kMaxNumber) return Bad("a number of " + std::to_string(text.size()) + " characters");
    return Add(Kind::kNumber, text);
  }
  bool string(std::string& text) { return Add(Kind::kString, std::move(text)); }
  bool binary(nlohmann::json::binary_t&) { return Bad("binary content"); }  // not of JSON
  bool start_object(size_t) { return Begin(Kind::kObject); }
  bool start_array(size_t) { return Begin(Kind::kArray); }
  bool key(std::string& key) {
    key_ = texts_.Keep(std::move(key));
    return true;
  }
  bool end_object() {
    std::vector<std::string_view> sorted = json_[open_.back()].keys;
    open_.pop_back();
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    return twice == sorted.end() || Bad("the key '" + Escape(*twice, 80) + "' twice in one object");
  }
  bool end_array() {
    open_.pop_back();
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception& error) {
    // "[json.exception.parse_error.101] parse error at ...: syntax error while parsing value - ..."
    std::string_view what = error.what();
    const size_t colon = what.find(": ");
    return Bad(Escape(colon == what.npos ? what : what.substr(colon + 2), 120));
  }

 private:
  uint64_t offset() const { return static_cast<uint64_t>(seen_ - begin_); }
  bool Bad(std::string what) { return context_.Malformed("skops.json", offset(), "schema.json: " + std::move(what)); }

  bool Add(Kind kind, std::string text = "") {
    const uint64_t bytes = sizeof(Value) + sizeof(uint32_t) + sizeof(std::string_view) + text.size();
    if (json_.size() >= context_.limits.values || json_.size() >= UINT32_MAX) {
      return context_.Fail(
          Reason::kLimit, "limit.values", offset(),
          "schema.json has more than the limit values = " + std::to_string(context_.limits.values) + " values",
          "If you expect a model this large, raise limits.values in the policy.");
    }
    if (!context_.ChargeMemory(bytes, offset())) return false;
    if (!open_.empty()) {
      Value& parent = json_[open_.back()];
      parent.items.push_back(static_cast<uint32_t>(json_.size()));
      if (parent.kind == Kind::kObject) parent.keys.push_back(key_);
    }
    const bool has_text = kind == Kind::kString || kind == Kind::kNumber;
    const bool opens = kind == Kind::kObject || kind == Kind::kArray;
    json_.push_back(
        {kind, offset() - (opens ? 1 : 0), has_text ? texts_.Keep(std::move(text)) : std::string_view(), {}, {}});
    return true;
  }
  bool Begin(Kind kind) {
    if (open_.size() >= context_.limits.depth) {
      return context_.Fail(
          Reason::kLimit, "limit.depth", offset(),
          "schema.json is nested deeper than the limit depth = " + std::to_string(context_.limits.depth),
          "If you expect a model this deep, raise limits.depth in the policy.");
    }
    if (!Add(kind)) return false;
    open_.push_back(json_.size() - 1);
    return true;
  }

  pickle::Context& context_;
  Texts& texts_;
  Json& json_;
  const char* begin_;
  const char* seen_;
  std::vector<size_t> open_;
  std::string_view key_;
};

}  // namespace

bool ParseJson(std::string_view text, pickle::Context& context, Texts& texts, Json& json) {
  // nlohmann skips a byte order mark and knows of none: Python's json refuses it.
  if (!text.starts_with('{')) return context.Malformed("skops.json", 0, "schema.json does not begin with an object");
  // It takes a NUL for the end, whatever follows.
  if (const size_t nul = text.find('\0'); nul != text.npos)
    return context.Malformed("skops.json", nul, "schema.json holds a NUL");
  Sax sax(context, texts, json, text.data());
  const char* const end = text.data() + text.size();
  const bool ok =
      nlohmann::json::sax_parse(CountingIterator(text.data(), sax.seen()), CountingIterator(end, sax.seen()), &sax);
  return ok && !context.failure();
}

}  // namespace pratique::skops
