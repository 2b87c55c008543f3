#include "format/sniff.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "archive/also_is.h"
#include "archive/inflate.h"
#include "format/zip_names.h"
#include "import/pickle/pickle.h"
#include "pratique/limits.h"
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
    {0, "binf"sv, Kind::kForeign, "xgboost_binary", "an XGBoost model (old binary)"},
    {0, "tree\nversion="sv, Kind::kForeign, "lightgbm", "a LightGBM text model"},
    {0, "tree\r\nversion="sv, Kind::kModel, "lightgbm", "a LightGBM text model"},
    {2, kTorchMagic, Kind::kModel, "pytorch_legacy", "PyTorch (before 1.6)"},
    {0, "\xBA\x16\x4F\x2F"sv, Kind::kModel, "fasttext", "a fastText model"},
    {0, "MATLAB 5.0 MAT-file"sv, Kind::kModel, "matlab", "MATLAB data"},
    {0, "RDX2\n"sv, Kind::kModel, "r", "objects of R"},
    {0, "RDX3\n"sv, Kind::kModel, "r", "objects of R"},
    {0, "RDA2\n"sv, Kind::kModel, "r", "objects of R"},
    {0, "RDA3\n"sv, Kind::kModel, "r", "objects of R"},
    {0, "X\n\0\0\0\2"sv, Kind::kModel, "r", "an object of R"},
    {0, "X\n\0\0\0\3"sv, Kind::kModel, "r", "an object of R"},
    {0, "\x28\xB5\x2F\xFD"sv, Kind::kModel, "zstd", "a zstd stream"},
    {257, "ustar"sv, Kind::kModel, "tar", "a tar archive"},
    {0, "SQLite format 3\0"sv, Kind::kModel, "sqlite", "an SQLite database"},  // shelve keeps pickles in one
    {0, "7z\xBC\xAF\x27\x1C"sv, Kind::kModel, "7z", "a 7z archive"},
    {0, "Rar!\x1A\7"sv, Kind::kModel, "rar", "a RAR archive"},
    {0, "\x89PNG\r\n\x1a\n"sv, Kind::kOther, "png", "a PNG image"},
    {0, "\xFF\xD8\xFF"sv, Kind::kOther, "jpeg", "a JPEG image"},
    {0, "GIF87a"sv, Kind::kOther, "gif", "a GIF image"},
    {0, "GIF89a"sv, Kind::kOther, "gif", "a GIF image"},
    {0, "\0\0\1\0"sv, Kind::kOther, "icon", "an icon"},
    {0, "II*\0"sv, Kind::kOther, "tiff", "a TIFF image"},
    {0, "MM\0*"sv, Kind::kOther, "tiff", "a TIFF image"},
    {0, "OggS"sv, Kind::kOther, "ogg", "sound"},
    {0, "ID3"sv, Kind::kOther, "mp3", "sound"},
    {0, "\0\1\0\0\0"sv, Kind::kOther, "font", "a font"},
    {0, "OTTO\0"sv, Kind::kOther, "font", "a font"},
    {0, "wOFF"sv, Kind::kOther, "font", "a font"},
    {0, "wOF2"sv, Kind::kOther, "font", "a font"},
    {0, "%PDF-"sv, Kind::kOther, "pdf", "a PDF document"},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, Kind::kOther, "office", "an Office document"},
    {0, "PAR1"sv, Kind::kOther, "parquet", "a Parquet table"},
    {0, "ARROW1"sv, Kind::kOther, "arrow", "an Arrow table"},
    {0, "FEA1"sv, Kind::kOther, "arrow", "a Feather table"},
};

std::string_view Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Sniffed As(Kind kind, std::string_view format, std::string_view label) {
  return {kind, std::string(format), "", label};
}

bool IsControl(uint16_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B) || c == 0x7F;
}

// UTF-16 with the mark that Windows' editors begin it with.
bool IsUtf16(std::string_view in) {
  const bool big = in.starts_with("\xFE\xFF"sv);
  if (in.size() % 2 != 0 || (!big && !in.starts_with("\xFF\xFE"sv))) return false;
  for (size_t i = 2; i < in.size(); i += 2) {
    const auto high = static_cast<uint8_t>(in[big ? i : i + 1]), low = static_cast<uint8_t>(in[big ? i + 1 : i]);
    if (IsControl(static_cast<uint16_t>(high << 8 | low))) return false;
  }
  return true;
}

// UTF-8, UTF-16, or mostly ASCII in one of the older code pages.
bool IsText(std::string_view in) {
  if (IsUtf16(in)) return true;
  if (std::any_of(in.begin(), in.end(), [](char c) { return IsControl(static_cast<uint8_t>(c)); })) return false;
  const auto beyond = static_cast<size_t>(std::count_if(in.begin(), in.end(), [](char c) { return (c & 0x80) != 0; }));
  return beyond < in.size() / 4 || IsUtf8(in);
}

Sniffed SniffZip(std::string_view in) {
  std::vector<std::string_view> names = ZipNames(in);
  auto any = [&](auto&& test) { return std::any_of(names.begin(), names.end(), test); };
  auto has = [&](std::string_view name) { return any([=](std::string_view n) { return n == name; }); };
  auto ends = [&](std::string_view tail) { return any([=](std::string_view n) { return n.ends_with(tail); }); };
  if (has("schema.json")) return As(Kind::kForeign, "skops", "skops");
  if (ends("/constants.pkl")) return As(Kind::kModel, "torchscript", "TorchScript");
  if (ends("data.pkl")) return As(Kind::kModel, "pytorch", "PyTorch (zip)");
  if (has("model.weights.h5") || (has("config.json") && has("metadata.json")))
    return As(Kind::kModel, "keras", "Keras");
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

// Past a protobuf varint; none if it does not end.
std::optional<std::string_view> AfterVarint(std::string_view in) {
  size_t n = 0;
  while (n < in.size() && n < 10 && (in[n] & 0x80) != 0) ++n;
  return n < in.size() && n < 10 ? std::optional(in.substr(n + 1)) : std::nullopt;
}

// Three messages begin with a version in field 1: ONNX's ModelProto, whose field 2 is the producer's name (onnx.proto);
// Core ML's Model, whose field 2 describes features that begin with a name (Model.proto); and TensorFlow's SavedModel,
// whose field 2 is a MetaGraphDef (saved_model.proto).
std::optional<Sniffed> SniffProtobuf(std::string_view in) {
  if (in.size() < 4 || in[0] != 0x08 || in[1] < 1 || in[1] > 30) return std::nullopt;
  constexpr std::string_view kNextTags = "\x12\x1a\x22\x28\x32\x3a\x42";
  if (kNextTags.find(in[2]) == kNextTags.npos) return std::nullopt;
  const auto onnx = As(Kind::kModel, "onnx", "ONNX");
  const auto second = in[2] == 0x12 ? AfterVarint(in.substr(3)) : std::nullopt;
  if (!second || !second->starts_with('\n')) return onnx;
  const auto inner = AfterVarint(second->substr(1));
  if (inner && inner->starts_with('\n')) return As(Kind::kModel, "coreml", "Core ML");
  return in[1] == 1 ? As(Kind::kModel, "saved_model", "a TensorFlow SavedModel") : onnx;
}

// The keys of the object that a JSON text begins with, and of the objects in it, to depth 2. XGBoost reads them
// wherever they stand and however they are escaped.
class JsonKeys {
 public:
  explicit JsonKeys(std::string_view in) : in_(in) {}

  // Calls found(depth, key) for each string that a colon follows, up to the end of the object.
  template <class Found>
  void Each(Found&& found) {
    int depth = 0;
    for (size_t at = 0; at < in_.size(); ++at) {
      const char c = in_[at];
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth <= 0) return;
      if (c != '"') continue;
      const size_t begin = ++at;
      while (at < in_.size() && in_[at] != '"') at += in_[at] == '\\' ? 2 : 1;
      if (at >= in_.size() || depth > 2) continue;
      const size_t next = in_.find_first_not_of(kSpace, at + 1);
      if (next != in_.npos && in_[next] == ':') found(depth, Unescaped(in_.substr(begin, at - begin)));
    }
  }

  static constexpr std::string_view kSpace = " \t\r\n\f\v";

 private:
  // Of ASCII; of anything else something else.
  static std::string Unescaped(std::string_view text) {
    constexpr size_t kLongestKey = 256;
    std::string plain;
    for (size_t at = 0; at < text.size() && plain.size() < kLongestKey; ++at) {
      unsigned code = 0;
      const bool escaped = text[at] == '\\' && at + 6 <= text.size() && text[at + 1] == 'u' &&
                           std::from_chars(&text[at + 2], &text[at] + 6, code, 16).ptr == &text[at] + 6;
      plain += escaped ? static_cast<char>(code) : text[at];
      if (escaped) at += 5;
    }
    return plain;
  }

  std::string_view in_;
};

// XGBoost's JSON: {"learner": {...}, "version": [..]}.
bool IsXgboostJson(std::string_view in) {
  const size_t brace = in.find_first_not_of(JsonKeys::kSpace);
  if (brace == in.npos || in[brace] != '{') return false;
  bool outer = false, inner = false;
  JsonKeys(in.substr(brace)).Each([&](int depth, const std::string& key) {
    outer |= depth == 1 && key == "learner";
    inner |= depth == 2 && (key == "gradient_booster" || key == "learner_model_param" || key == "attributes");
  });
  return outer && inner;
}

// The same in UBJSON: keys near the start.
bool IsXgboostUbj(std::string_view in) {
  const std::string_view head = in.substr(0, 4096);
  const auto has = [&](std::string_view key) { return head.find(key) != head.npos; };
  return in.starts_with('{') && has("learner") &&
         (has("gradient_booster") || has("learner_model_param") || has("attributes"));
}

// XGBoost's binary models up to 0.90, which have no magic: a struct of 136 bytes, and behind it the lengths of two
// names and these, of which the second is a booster's.
bool IsOldXgboost(std::string_view in) {
  constexpr size_t kHead = 136, kLength = 8, kMostName = 64;
  const auto name = [&](size_t at) {
    if (in.size() < at + kLength || static_cast<uint8_t>(in[at]) > kMostName) return std::string_view();
    for (size_t i = 1; i < kLength; ++i) {
      if (in[at + i] != 0) return std::string_view();
    }
    return in.substr(at + kLength, static_cast<uint8_t>(in[at]));
  };
  const std::string_view objective = name(kHead);
  if (objective.empty() || objective.find(':') == objective.npos) return false;
  const std::string_view booster = name(kHead + kLength + objective.size());
  return booster == "gbtree" || booster == "dart" || booster == "gblinear";
}

// Where joblib's wrappers of arrays are.
bool NamesJoblib(std::string_view in) { return in.find("joblib.numpy_pickle") != in.npos; }

Sniffed Pickle(std::string_view in) {
  return NamesJoblib(in) ? As(Kind::kForeign, "joblib", "joblib") : As(Kind::kForeign, "pickle", "pickle");
}

// What stands for a file that is elsewhere: its own first line says so.
std::optional<Sniffed> SniffPointer(std::string_view in) {
  if (in.size() > 1024) return std::nullopt;  // Git LFS: "pointer files must be less than 1024 bytes"
  for (const std::string_view begin :
       {"version https://git-lfs.github.com/spec/"sv, "version https://hawser.github.com/"sv}) {
    if (in.starts_with(begin)) return As(Kind::kPointer, "git_lfs_pointer", "a Git LFS pointer");
  }
  if (in.starts_with("# xet version"sv)) return As(Kind::kPointer, "xet_pointer", "a Xet pointer");
  const bool annex = in.starts_with("/annex/objects/"sv) || in.find(".git/annex/objects/") != in.npos;
  return annex && IsText(in) ? std::optional(As(Kind::kPointer, "git_annex_pointer", "a git-annex pointer"))
                             : std::nullopt;
}

// pyarrow before 14.0.1 unpickles what a column's type of this name holds (CVE-2023-47248). In a Parquet table the
// schema is Base64, in which a text has three forms, each by what stands before it.
bool HoldsPickledTypes(std::string_view in) {
  constexpr std::string_view kForms[] = {"arrow.py_extension_type", "YXJyb3cucHlfZXh0ZW5zaW9uX3R5cG",
                                         "Fycm93LnB5X2V4dGVuc2lvbl90eXBl", "hcnJvdy5weV9leHRlbnNpb25fdHlwZ"};
  return std::any_of(std::begin(kForms), std::end(kForms),
                     [&](std::string_view form) { return in.find(form) != in.npos; });
}

constexpr std::string_view kPickledTypes = "a table with a type that pyarrow unpickles";

Sniffed Hdf5Behind() { return As(Kind::kModel, "hdf5", "HDF5 behind other content"); }
Sniffed ZipBehind() { return As(Kind::kModel, "zip", "a zip archive behind other content"); }

// The index of a shelf (Python's dbm.dumb): lines of a key and of where the pickle lies in the file beside it. The
// shelf is told by the first quote, and the line is a literal of Python's.
bool IsShelfIndex(std::string_view in) {
  if (!in.starts_with('\'') && !in.starts_with('"')) return false;
  std::string line(in.substr(0, in.find_first_of("\r\n")));
  std::erase_if(line, [](char c) { return c == ' ' || c == '\t'; });
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (size_t at = 1; at + 3 < line.size(); ++at) {
    if (line[at - 1] != ',' || (line[at] != '(' && line[at] != '[') || !is_digit(line[at + 1])) continue;
    const size_t comma = line.find_first_not_of("0123456789_", at + 1);
    if (comma < line.size() - 1 && line[comma] == ',' && is_digit(line[comma + 1])) return true;
  }
  return false;
}

// Readers of these find their content wherever a file begins otherwise.
std::optional<Sniffed> SniffBehind(std::string_view in) {
  if (codec::BeginsLzma(std::as_bytes(std::span(in)))) {
    auto lzma = As(Kind::kModel, "lzma", "an LZMA stream");
    lzma.wrapper = codec::Name(codec::Codec::kLzma);
    return lzma;
  }
  if (IsTar(in)) return As(Kind::kModel, "tar", "a tar archive");
  if (IsHdf5Behind(in)) return Hdf5Behind();
  if (LastZipEnd(in)) return ZipBehind();
  // Of tables pyarrow looks for the end.
  if ((in.ends_with("PAR1"sv) || in.ends_with("ARROW1"sv) || in.ends_with("FEA1"sv)) && HoldsPickledTypes(in))
    return As(Kind::kModel, in.ends_with("PAR1"sv) ? "parquet" : "arrow", kPickledTypes);
  return std::nullopt;
}

// The same of content that is too long to be looked at in one piece, of which the front is known: in blocks. What does
// not end within the default limits is unknown.
std::optional<Sniffed> SniffBehind(std::span<const std::byte> bytes, codec::Codec codec) {
  constexpr size_t kBlock = size_t{128} << 10;  // longer than what can stand behind the end record of a zip
  const Limits limits;
  const uint64_t most =
      std::min(limits.inflated_bytes, std::max(uint64_t{1} << 20, limits.inflate_ratio * bytes.size()));
  std::string last, next;
  uint64_t at = 0, begins = 512;
  bool hdf5 = false;
  const bool ends = codec::InflateBlocks(codec, bytes, kBlock, [&](std::span<const std::byte> block) {
    last = std::exchange(next, std::string(Text(block)));
    for (; begins < at + next.size(); begins *= 2) hdf5 |= BeginsHdf5(std::string_view(next).substr(begins - at));
    at += next.size();
    return at <= most;
  });
  if (hdf5) return Hdf5Behind();
  if (LastZipEnd(last + next)) return ZipBehind();
  return ends ? std::nullopt
              : std::optional(As(Kind::kUnknown, "unknown", "a stream that unfolds to more than is read"));
}

// Formats whose names stand behind a size, which is looked at, too: what begins otherwise belongs to other readers.
std::optional<Sniffed> SniffChunks(std::string_view in) {
  if (in.size() < 12) return std::nullopt;
  const std::string_view kind = in.substr(8, 4);
  if (in.starts_with("RIFF"sv) && kind == "WEBP"sv) return As(Kind::kOther, "webp", "a WebP image");
  if (in.starts_with("RIFF"sv) && kind == "WAVE"sv) return As(Kind::kOther, "wav", "sound");
  if (in[0] == '\0' && in.substr(4, 4) == "ftyp"sv) return As(Kind::kOther, "mp4", "a film");
  // A frame that readers skip (RFC 8878, 3.1.2).
  if ((in[0] & 0xF0) == 0x50 && in.substr(1, 3) == "\x2A\x4D\x18"sv) return As(Kind::kModel, "zstd", "a zstd stream");
  return std::nullopt;
}

// What is no pickle, by how it begins.
Sniffed SniffFront(std::string_view in) {
  for (const Magic& magic : kMagics) {
    bool same =
        in.size() >= magic.offset + magic.bytes.size() && in.substr(magic.offset, magic.bytes.size()) == magic.bytes;
    if (same) return As(magic.kind, magic.format, magic.label);
  }
  if (in.starts_with("PK\3\4"sv) || in.starts_with("PK\5\6"sv)) return SniffZip(in);
  if (const auto chunks = SniffChunks(in)) return *chunks;
  // Of LightGBM only the first line matters, and that there is a number of classes.
  if (in.starts_with("tree\n"sv) && in.find("num_class"sv) != in.npos)
    return As(Kind::kForeign, "lightgbm", "a LightGBM text model");
  if (IsSafetensors(in)) return As(Kind::kModel, "safetensors", "safetensors");
  if (auto protobuf = SniffProtobuf(in)) return *protobuf;
  const bool is_text = IsText(in);
  if (is_text && IsXgboostJson(in)) return As(Kind::kForeign, "xgboost_json", "an XGBoost model (JSON)");
  if (!is_text && IsXgboostUbj(in)) return As(Kind::kForeign, "xgboost_ubj", "an XGBoost model (UBJSON)");
  if (IsOldXgboost(in)) return As(Kind::kForeign, "xgboost_binary", "an XGBoost model (old binary)");
  if (is_text && IsShelfIndex(in)) return As(Kind::kModel, "shelf", "the index of a shelf, which is beside it");
  if (is_text) {
    return in.substr(0, 4096).find("<PMML") != in.npos ? As(Kind::kModel, "pmml", "PMML")
                                                       : As(Kind::kOther, "text", "text");
  }
  return As(Kind::kUnknown, "unknown", "an unknown format");
}

// What is no pickle.
Sniffed SniffOther(std::string_view in) {
  if (const auto pointer = SniffPointer(in)) return *pointer;
  Sniffed sniffed = SniffFront(in);
  if (sniffed.kind != Kind::kOther) return sniffed;
  if ((sniffed.format == "parquet" || sniffed.format == "arrow") && HoldsPickledTypes(in))
    return As(Kind::kModel, sniffed.format, kPickledTypes);
  return SniffBehind(in).value_or(sniffed);
}

bool IsPrq(std::string_view in) { return in.size() >= 12 && in.substr(0, 12).ends_with("PRTQ"); }

// How much of a compressed file is inflated to tell what is inside; more when a first look does not settle it. Nearly
// all of joblib's are settled before that, by a glance.
constexpr size_t kGlance = size_t{2} << 10;
constexpr size_t kHeads[] = {size_t{64} << 10, size_t{16} << 20};

// As a pickle, a zip begins with a persistent id, at which Python's unpicklers stop.
bool IsOther(std::string_view in) {
  return in.starts_with("PK\3\4"sv) || (in.size() > 2 && in.substr(2).starts_with(kTorchMagic));
}

Sniffed SniffCompressed(std::span<const std::byte> bytes, codec::Codec codec) {
  codec::Buffer head;
  std::optional<bool> pickle;
  std::string_view text;
  const auto look = [&](size_t size) {
    head = codec::InflateHead(codec, bytes, size);
    text = Text(head.view());
    pickle = IsOther(text) ? false : pickle::BeginsPickle(head.view(), head.size < size);
    return pickle.has_value();
  };
  const bool at_a_glance = look(kGlance) && *pickle && NamesJoblib(text);
  if (!at_a_glance && head.size == kGlance) (void)std::ranges::any_of(kHeads, look);
  // What is still undecided is for the importer to say, as is a stream that does not even begin.
  Sniffed sniffed = pickle.value_or(true) ? Pickle(text) : SniffOther(text);
  if (head.size == 0) sniffed = As(Kind::kForeign, "joblib", "joblib");
  if (IsPrq(text)) sniffed = As(Kind::kModel, "prq", "a compressed .prq");
  // Its own library reads it as it is alone.
  if (IsBoosterFile(sniffed)) sniffed.kind = Kind::kModel;
  if (sniffed.kind == Kind::kOther && head.size >= kHeads[0]) sniffed = SniffBehind(bytes, codec).value_or(sniffed);
  if (sniffed.kind == Kind::kOther) {
    const codec::Buffer less = codec::InflateHead(codec, bytes, kHeads[0], codec::BrokenTail::kLeftOut);
    if (less.size < head.size && !IsOther(Text(less.view())) && pickle::BeginsPickle(less.view(), true).value_or(true))
      sniffed = Pickle(Text(less.view()));
  }
  // Who does not inflate it may find a pickle or an archive all the same.
  if (sniffed.kind == Kind::kOther && pickle::Acts(bytes)) sniffed = As(Kind::kForeign, "pickle", "pickle");
  if (sniffed.kind == Kind::kOther && !AlsoIs(bytes).empty())
    sniffed = As(Kind::kUnknown, "unknown", "a compressed stream that is an archive, too");
  sniffed.wrapper = codec::Name(codec);
  return sniffed;
}

}  // namespace

bool IsBoosterFormat(std::string_view format) { return format == "lightgbm" || format.starts_with("xgboost_"); }

bool IsBoosterFile(const Sniffed& sniffed) { return sniffed.kind == Kind::kForeign && IsBoosterFormat(sniffed.format); }

Sniffed Sniff(std::span<const std::byte> bytes) {
  if (bytes.empty()) return As(Kind::kEmpty, "unknown", "an empty file");
  const std::string_view text = Text(bytes);
  if (IsPrq(text) && !pickle::Acts(bytes)) return As(Kind::kPrq, "prq", "pratique");
  if (const codec::Codec codec = codec::Detect(bytes); codec != codec::Codec::kNone)
    return SniffCompressed(bytes, codec);
  const bool pickle = !IsOther(text) && pickle::BeginsPickle(bytes, /*whole=*/true).value_or(true);
  return pickle ? Pickle(text) : SniffOther(text);
}

}  // namespace pratique
