#include "report/sniff.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <vector>

#include "report/zip_names.h"
#include "utf8.h"

namespace pratique {
namespace {

using Kind = Sniffed::Kind;
using namespace std::string_view_literals;

struct Magic {
  size_t offset;
  std::string_view bytes;
  Kind kind;
  std::string_view format;
  std::string_view label;
};

// Formats told by fixed bytes.
constexpr Magic kMagics[] = {
    {8, "PRTQ"sv, Kind::kPrq, "prq", "pratique"},
    {0, "\x93NUMPY"sv, Kind::kModel, "npy", "a NumPy array (.npy)"},
    {0, "\x89HDF\r\n\x1a\n"sv, Kind::kModel, "hdf5", "HDF5 (as Keras writes)"},
    {0, "GGUF"sv, Kind::kModel, "gguf", "GGUF"},
    {4, "TFL3"sv, Kind::kModel, "tflite", "TensorFlow Lite"},
    {0, "CBM1"sv, Kind::kModel, "catboost", "a CatBoost model"},
    {0, "binf"sv, Kind::kModel, "xgboost_binary", "an XGBoost model (old binary)"},
    {0, "tree\nversion="sv, Kind::kModel, "lightgbm", "a LightGBM text model"},
    {0, "tree\r\nversion="sv, Kind::kModel, "lightgbm", "a LightGBM text model"},
    {0, "\x28\xB5\x2F\xFD"sv, Kind::kModel, "zstd", "a zstd stream"},
    {0, "\x89PNG\r\n\x1a\n"sv, Kind::kOther, "png", "a PNG image"},
    {0, "\xFF\xD8\xFF"sv, Kind::kOther, "jpeg", "a JPEG image"},
    {0, "GIF87a"sv, Kind::kOther, "gif", "a GIF image"},
    {0, "GIF89a"sv, Kind::kOther, "gif", "a GIF image"},
    {8, "WEBP"sv, Kind::kOther, "webp", "a WebP image"},
    {0, "%PDF-"sv, Kind::kOther, "pdf", "a PDF document"},
};

// Streams that joblib unpacks (joblib/numpy_pickle_utils.py, _detect_compressor).
struct WrapperMagic {
  std::string_view bytes;
  std::string_view name;
};
constexpr WrapperMagic kWrappers[] = {
    {"\x1F\x8B"sv, "gzip"}, {"\xFD"
                             "7zXZ\0"sv, "xz"}, {"\x04\x22\x4D\x18"sv, "lz4"}, {"ZF0x"sv, "zfile"}, {"\x5D\0\0"sv, "lzma"},
};

Sniffed As(Kind kind, std::string_view format, std::string_view label) {
  return {kind, std::string(format), "", label};
}

std::string_view WrapperOf(std::string_view in) {
  for (const WrapperMagic& magic : kWrappers) {
    if (in.starts_with(magic.bytes)) return magic.name;
  }
  auto byte = [&](size_t i) { return static_cast<uint8_t>(in[i]); };
  if (in.size() >= 4 && in.starts_with("BZh") && in[3] >= '1' && in[3] <= '9') return "bz2";
  // RFC 1950: method 8, window <= 32 KiB, header divisible by 31, no preset dictionary.
  if (in.size() >= 2 && byte(0) == 0x78 && (byte(0) << 8 | byte(1)) % 31 == 0 && !(byte(1) & 0x20)) return "zlib";
  return "";
}

constexpr size_t kPeek = 64 << 10;

// The first bytes inside a zlib or gzip stream; "" when it does not inflate.
std::string Peek(std::string_view in) {
  std::string out(kPeek, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) return "";
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(std::min<size_t>(in.size(), 1 << 20));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int result = inflate(&stream, Z_SYNC_FLUSH);
  out.resize(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR ? stream.total_out : 0);
  inflateEnd(&stream);
  return out;
}

bool IsText(std::string_view in) {
  auto control = [](char c) {
    auto b = static_cast<uint8_t>(c);
    return (b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1B) || b == 0x7F;
  };
  return std::none_of(in.begin(), in.end(), control) && IsUtf8(in);
}

Sniffed SniffZip(std::string_view in) {
  std::vector<std::string_view> names = ZipNames(in);
  auto any = [&](auto&& test) { return std::any_of(names.begin(), names.end(), test); };
  auto has = [&](std::string_view name) { return any([=](std::string_view n) { return n == name; }); };
  auto ends = [&](std::string_view tail) { return any([=](std::string_view n) { return n.ends_with(tail); }); };
  if (has("schema.json")) return As(Kind::kForeign, "skops", "skops");
  if (ends("/constants.pkl")) return As(Kind::kModel, "torchscript", "TorchScript");
  if (ends("data.pkl")) return As(Kind::kModel, "pytorch", "PyTorch (zip)");
  if (has("model.weights.h5") || (has("config.json") && has("metadata.json"))) return As(Kind::kModel, "keras", "Keras");
  if (!names.empty() && !any([](std::string_view n) { return !n.ends_with(".npy"); })) {
    return As(Kind::kModel, "npz", "NumPy arrays (.npz)");
  }
  return As(Kind::kModel, "zip", "a zip archive");
}

// safetensors: u64 header size, then a JSON object (github.com/huggingface/safetensors, README).
bool IsSafetensors(std::string_view in) {
  if (in.size() < 10 || in[8] != '{') return false;
  uint64_t size = 0;
  for (size_t i = 8; i-- > 0;) size = size << 8 | static_cast<uint8_t>(in[i]);
  return size >= 2 && size <= in.size() - 8 && size <= 100'000'000;
}

// ModelProto: field 1 ir_version (varint), then another field of the message (onnx/onnx.proto).
bool IsOnnx(std::string_view in) {
  if (in.size() < 4 || in[0] != 0x08 || in[1] < 1 || in[1] > 30) return false;
  constexpr std::string_view kNextTags = "\x12\x1a\x22\x28\x32\x3a\x42";
  return kNextTags.find(in[2]) != kNextTags.npos;
}

// JSON and UBJSON of XGBoost: {"learner": {...}, "version": [..]} in either order, keys near the start.
bool IsXgboost(std::string_view in) {
  size_t brace = in.find_first_not_of(" \t\r\n");
  if (brace == in.npos || in[brace] != '{') return false;
  std::string_view head = in.substr(brace, 4096);
  return head.find("learner") != head.npos && (head.find("gradient_booster") != head.npos ||
                                                head.find("learner_model_param") != head.npos ||
                                                head.find("attributes") != head.npos);
}

Sniffed SniffPlain(std::string_view in, bool is_prefix = false) {
  for (const Magic& magic : kMagics) {
    if (in.size() < magic.offset + magic.bytes.size() || in.substr(magic.offset, magic.bytes.size()) != magic.bytes) continue;
    if (magic.kind != Kind::kPrq && CouldBePickle(in, is_prefix)) break;
    return As(magic.kind, magic.format, magic.label);
  }
  if (in.starts_with("PK\3\4"sv) || in.starts_with("PK\5\6"sv)) return SniffZip(in);
  bool protocol = in.size() >= 2 && in[0] == '\x80' && static_cast<uint8_t>(in[1]) <= 5;
  if (protocol || CouldBePickle(in, is_prefix)) {
    bool joblib = in.find("NumpyArrayWrapper") != in.npos || in.find("joblib.numpy_pickle") != in.npos;
    return joblib ? As(Kind::kForeign, "joblib", "joblib") : As(Kind::kForeign, "pickle", "pickle");
  }
  if (IsSafetensors(in)) return As(Kind::kModel, "safetensors", "safetensors");
  if (IsOnnx(in)) return As(Kind::kModel, "onnx", "ONNX");
  if (IsXgboost(in)) {
    return IsText(in) ? As(Kind::kModel, "xgboost_json", "an XGBoost model (JSON)")
                      : As(Kind::kModel, "xgboost_ubj", "an XGBoost model (UBJSON)");
  }
  if (IsText(in)) return As(Kind::kOther, "text", "text");
  return As(Kind::kUnknown, "unknown", "an unknown format");
}

}  // namespace

Sniffed Sniff(std::span<const std::byte> bytes) {
  std::string_view in(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (in.empty()) return As(Kind::kEmpty, "unknown", "an empty file");
  std::string_view wrapper = WrapperOf(in);
  Sniffed sniffed;
  if (wrapper.empty()) return SniffPlain(in);
  sniffed = As(Kind::kForeign, "joblib", "joblib");
  if (wrapper == "zlib" || wrapper == "gzip") {
    // Only the importer unpacks; what cannot be seen here is its to refuse.
    std::string inside = Peek(in);
    Sniffed inner = inside.empty() ? sniffed : SniffPlain(inside, inside.size() == kPeek);
    if (inner.kind == Kind::kForeign || inner.kind == Kind::kModel || inner.kind == Kind::kOther) sniffed = inner;
  }
  sniffed.wrapper = wrapper;
  return sniffed;
}

}  // namespace pratique
