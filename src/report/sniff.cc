#include "report/sniff.h"

#include <algorithm>
#include <array>
#include <vector>

#include "import/codec/inflate.h"
#include "import/pickle/pickle.h"
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

// torch.save before 1.6 begins with a pickle of this number, PROTO in front of it.
constexpr std::string_view kTorchMagic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."sv;

// Formats told by fixed bytes.
constexpr Magic kMagics[] = {
    {0, "\x93NUMPY"sv, Kind::kModel, "npy", "a NumPy array (.npy)"},
    {0, "\x89HDF\r\n\x1a\n"sv, Kind::kModel, "hdf5", "HDF5 (as Keras writes)"},
    {0, "GGUF"sv, Kind::kModel, "gguf", "GGUF"},
    {4, "TFL3"sv, Kind::kModel, "tflite", "TensorFlow Lite"},
    {0, "CBM1"sv, Kind::kModel, "catboost", "a CatBoost model"},
    {0, "binf"sv, Kind::kModel, "xgboost_binary", "an XGBoost model (old binary)"},
    {0, "tree\nversion="sv, Kind::kModel, "lightgbm", "a LightGBM text model"},
    {0, "tree\r\nversion="sv, Kind::kModel, "lightgbm", "a LightGBM text model"},
    {2, kTorchMagic, Kind::kModel, "pytorch_legacy", "PyTorch (before 1.6)"},
    {0, "\x28\xB5\x2F\xFD"sv, Kind::kModel, "zstd", "a zstd stream"},
    {0, "\x89PNG\r\n\x1a\n"sv, Kind::kOther, "png", "a PNG image"},
    {0, "\xFF\xD8\xFF"sv, Kind::kOther, "jpeg", "a JPEG image"},
    {0, "GIF87a"sv, Kind::kOther, "gif", "a GIF image"},
    {0, "GIF89a"sv, Kind::kOther, "gif", "a GIF image"},
    {8, "WEBP"sv, Kind::kOther, "webp", "a WebP image"},
    {0, "%PDF-"sv, Kind::kOther, "pdf", "a PDF document"},
};

Sniffed As(Kind kind, std::string_view format, std::string_view label) {
  return {kind, std::string(format), "", label};
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

// torch.save before PyTorch 1.6: several pickles in a row, of which the first is this number.
constexpr std::string_view kTorchMagic = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20j\xa8\x50\x19."sv;

Sniffed Pickle(std::string_view in) {
  if (in.starts_with(kTorchMagic)) return As(Kind::kModel, "pytorch_legacy", "PyTorch (before 1.6)");
  bool joblib = in.find("NumpyArrayWrapper") != in.npos || in.find("joblib.numpy_pickle") != in.npos;
  return joblib ? As(Kind::kForeign, "joblib", "joblib") : As(Kind::kForeign, "pickle", "pickle");
}

// What is no pickle.
Sniffed SniffOther(std::string_view in) {
  for (const Magic& magic : kMagics) {
    bool same = in.size() >= magic.offset + magic.bytes.size() && in.substr(magic.offset, magic.bytes.size()) == magic.bytes;
    if (same) return As(magic.kind, magic.format, magic.label);
  }
  if (in.starts_with("PK\3\4"sv) || in.starts_with("PK\5\6"sv)) return SniffZip(in);
  if (IsSafetensors(in)) return As(Kind::kModel, "safetensors", "safetensors");
  if (IsOnnx(in)) return As(Kind::kModel, "onnx", "ONNX");
  if (IsXgboost(in)) {
    return IsText(in) ? As(Kind::kModel, "xgboost_json", "an XGBoost model (JSON)")
                      : As(Kind::kModel, "xgboost_ubj", "an XGBoost model (UBJSON)");
  }
  if (IsText(in)) return As(Kind::kOther, "text", "text");
  return As(Kind::kUnknown, "unknown", "an unknown format");
}

std::string_view Text(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

bool IsPrq(std::string_view in) { return in.size() >= 12 && in.substr(0, 12).ends_with("PRTQ"); }

// A head is enough to tell formats.
constexpr size_t kHead = 64 << 10;

}  // namespace

Sniffed Sniff(std::span<const std::byte> bytes) {
  if (bytes.empty()) return As(Kind::kEmpty, "unknown", "an empty file");
  if (IsPrq(Text(bytes))) return As(Kind::kPrq, "prq", "pratique");
  const codec::Codec codec = codec::Detect(bytes);
  codec::Buffer head;
  if (codec != codec::Codec::kNone) head = codec::InflateHead(codec, bytes, kHead);
  const std::string_view text = codec == codec::Codec::kNone ? Text(bytes) : Text(head.view());
  // As a pickle, a zip begins with a persistent id, at which Python's unpicklers stop.
  const bool other = text.starts_with("PK\3\4"sv) || (text.size() > 2 && text.substr(2).starts_with(kTorchMagic));
  const bool pickle = !other && pickle::LooksLikePickle(bytes);
  Sniffed sniffed = pickle ? Pickle(text) : SniffOther(text);
  if (codec == codec::Codec::kNone) return sniffed;
  if (IsPrq(text)) sniffed = As(Kind::kModel, "prq", "a compressed .prq");
  // A stream that does not even begin is the importer's to refuse.
  if (head.size == 0) sniffed = As(Kind::kForeign, "joblib", "joblib");
  sniffed.wrapper = codec::Name(codec);
  return sniffed;
}

}  // namespace pratique
