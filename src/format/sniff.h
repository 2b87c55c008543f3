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
    kForeign,  // an importer reads it: pickle, joblib, skops, and the boosters' own files
    kModel,    // a model format that pratique knows by name and does not read
    kPointer,  // text that stands for a file which is elsewhere
    kOther,    // text, images and the like: no model
    kEmpty,
    kUnknown,
  };
  Kind kind = Kind::kUnknown;
  std::string format = "unknown";  // "prq", "pickle", "joblib", "skops", "onnx", "text", ...
  std::string wrapper;             // "zlib", "gzip", "bz2", "lzma", "xz", "lz4", "zfile"; "" for none
  std::string_view label;          // the format's name for people: "ONNX"
};

// Never refuses. Errs to the side of pickle: whatever Python's unpickler could start to execute is called a pickle,
// even if it also looks like text, an image or another model.
Sniffed Sniff(std::span<const std::byte> bytes);

// Of files that XGBoost or LightGBM write themselves.
bool IsBoosterFormat(std::string_view format);
// Such a file, which is read and holds no pickle.
bool IsBoosterFile(const Sniffed& sniffed);

}  // namespace pratique
