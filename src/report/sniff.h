// What a file is, by its content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pratique {

struct Sniffed {
  enum class Kind : uint8_t {
    kPrq,      // pratique's own
    kForeign,  // an importer reads it: pickle, joblib, skops
    kModel,    // a model format that pratique knows by name and does not read
    kOther,    // text, images and the like: no model
    kEmpty,
    kUnknown,
  };
  Kind kind = Kind::kUnknown;
  std::string format = "unknown";  // "prq", "pickle", "joblib", "skops", "onnx", "text", ...
  std::string wrapper;             // "zlib", "gzip", "bz2", "lzma", "xz", "lz4", "zfile"; "" for none
  std::string_view label;          // the format's name for people: "ONNX"
};

// Never refuses and never reads more than `bytes`. Errs to the side of pickle: whatever Python's unpickler could start
// to execute is called a pickle, even if it also looks like text or an image.
Sniffed Sniff(std::span<const std::byte> bytes);

// Whether Python's unpickler would run these bytes up to a call or to their end without an error: pickles of protocol 0
// and 1 have no magic, and text or an image can be written so that it is one, too.
// `is_prefix`: the bytes go on after their end; then a walk that is still valid at the end counts.
bool CouldBePickle(std::string_view bytes, bool is_prefix = false);

}  // namespace pratique
