// A document of XGBoost's again as text, in either encoding.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "estimators/xgboost/document.h"
#include "utf8.h"

namespace pratique::fuzz {

// Writes JSON of what JSON can say: text that is UTF-8, and numbers that are float32.
class JsonWriter {
 public:
  explicit JsonWriter(const document::Document& document) : document_(document) {}

  // "" if JSON cannot say it. Depth is bounded by the reader.
  std::string Write() {
    Add(document_.root());
    return sayable_ ? out_ : "";
  }

 private:
  void Text(std::string_view text) {
    sayable_ &= IsUtf8(text);
    out_ += '"';
    for (const char c : text) {
      if (static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\')
        absl::StrAppendFormat(&out_, "\\u%04x", static_cast<unsigned>(static_cast<uint8_t>(c)));
      else
        out_ += c;
    }
    out_ += '"';
  }
  void Real(double real) {
    if (std::isnan(real)) {
      out_ += "NaN";
    } else if (std::isinf(real)) {
      out_ += real > 0 ? "Infinity" : "-Infinity";
    } else {
      const std::string digits = absl::StrFormat("%.9g", real);
      out_ += digits + (digits.find_first_of(".e") == digits.npos ? "E0" : "");
      sayable_ &= static_cast<double>(static_cast<float>(real)) == real;
    }
  }
  void Numbers(const document::Value& value) {
    out_ += '[';
    for (int64_t i = 0; i < value.integer; ++i) {
      if (i != 0) out_ += ',';
      const auto at = static_cast<size_t>(i);
      if (value.element == 'd' || value.element == 'D')
        Real(document::Document::Real(value, at));
      else
        out_ += std::to_string(document::Document::Integer(value, at));
    }
    out_ += ']';
  }
  void Add(const document::Value& value) {
    using document::Kind;
    out_ += "    ";  // a value has four bytes at least
    switch (value.kind) {
      case Kind::kNull:
        out_ += "null";
        return;
      case Kind::kBool:
        out_ += value.integer != 0 ? "true" : "false";
        return;
      case Kind::kInt:
        out_ += std::to_string(value.integer);
        return;
      case Kind::kFloat:
        Real(value.real);
        return;
      case Kind::kString:
        Text(value.text);
        return;
      case Kind::kNumbers:
        Numbers(value);
        return;
      case Kind::kArray:
      case Kind::kObject:
        break;
    }
    const bool is_object = value.kind == Kind::kObject;
    out_ += is_object ? '{' : '[';
    for (uint32_t i = value.first; i != 0; i = document_[i].next) {
      if (i != value.first) out_ += ',';
      if (is_object) {
        Text(document_[i].key);
        out_ += ':';
      }
      Add(document_[i]);
    }
    out_ += is_object ? '}' : ']';
  }

  const document::Document& document_;
  std::string out_;
  bool sayable_ = true;
};

}  // namespace pratique::fuzz
