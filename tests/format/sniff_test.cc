#include "format/sniff.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace pratique {
namespace {

using namespace std::string_literals;
using Kind = Sniffed::Kind;

Sniffed Of(const std::string& bytes) { return Sniff(std::as_bytes(std::span(bytes.data(), bytes.size()))); }

std::string Zlib(const std::string& bytes) {
  std::string out(compressBound(bytes.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  out.resize(size);
  return out;
}

// A zip whose central directory names these members; their content does not matter here.
std::string Zip(std::initializer_list<std::string> names) {
  std::string central, zip = "PK\3\4"s + std::string(26, '\0');
  for (const std::string& name : names) {
    std::string header = "PK\1\2"s + std::string(42, '\0');
    header[28] = static_cast<char>(name.size());
    central += header + name;
  }
  std::string end = "PK\5\6"s + std::string(18, '\0');
  end[16] = static_cast<char>(zip.size());
  return zip + central + end;
}

struct Row {
  std::string bytes;
  Kind kind;
  const char* format;
  const char* wrapper = "";
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.format << " in " << row.wrapper; }

const std::string kHostile = "cos\nsystem\n(S'true'\ntR.";

class Recognised : public testing::TestWithParam<Row> {};

TEST_P(Recognised, ByContent) {
  Sniffed sniffed = Of(GetParam().bytes);
  EXPECT_EQ(sniffed.kind, GetParam().kind);
  EXPECT_EQ(sniffed.format, GetParam().format);
  EXPECT_EQ(sniffed.wrapper, GetParam().wrapper);
  EXPECT_FALSE(sniffed.label.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Sniff, Recognised,
    testing::Values(
        Row{"", Kind::kEmpty, "unknown"}, Row{"\0\0\0\0"s, Kind::kUnknown, "unknown"},
        Row{"\x10\0\0\0\x10\0\0\0PRTQ"s, Kind::kPrq, "prq"}, Row{"\x93NUMPY\1\0"s, Kind::kModel, "npy"},
        Row{"\x89HDF\r\n\x1a\n"s, Kind::kModel, "hdf5"}, Row{"GGUF\3\0\0\0"s, Kind::kModel, "gguf"},
        Row{"\x1c\0\0\0TFL3\0\0"s, Kind::kModel, "tflite"}, Row{"tree\nversion=v4\n", Kind::kForeign, "lightgbm"},
        Row{"{\"learner\":{\"attributes\":{}}}", Kind::kForeign, "xgboost_json"},
        Row{"{L\0\0\0\0\0\0\0\7learner{L\0\0\0\0\0\0\0\xa"
            "attributes"s,
            Kind::kForeign, "xgboost_ubj"},
        Row{"binf\0\0\0?"s, Kind::kForeign, "xgboost_binary"},
        Row{"\0\0\0?"s + std::string(132, '\0') + "\x0a\0\0\0\0\0\0\0reg:linear\6\0\0\0\0\0\0\0gbtree\1"s,
            Kind::kForeign, "xgboost_binary"},
        Row{"\x08\x08\x12\x08skl2onnx"s, Kind::kModel, "onnx"},
        Row{"\x08\x01\x12\x90\1\n\x20\x12\x04"s, Kind::kModel, "saved_model"},
        Row{"\x08\x04\x12\x20\n\x0d\n\x05input"s, Kind::kModel, "coreml"},
        Row{"\x08\x07\x12\0:"s, Kind::kModel, "onnx"},
        Row{"\x80\2\x8A\nl\xFC\x9C"
            "F\xF9 j\xA8P\x19.\x80\2M\xE9\3."s,
            Kind::kModel, "pytorch_legacy"},
        Row{"\x80\2\x8A\nl\xFC\x9C"
            "F\xF9 j\xA8P\x1A.\x80\2M\xE9\3."s,
            Kind::kForeign, "pickle"},
        Row{"MATLAB 5.0 MAT-file, Platform: GLNXA64\0\1IM"s, Kind::kModel, "matlab"},
        Row{"X\n\0\0\0\3\0\4"s, Kind::kModel, "r"}, Row{Zlib("RDX3\nX\n\0\0\0\3"s), Kind::kModel, "r", "zlib"},
        Row{"\xBA\x16\x4F\x2F\x0C\0\0\0"s, Kind::kModel, "fasttext"},
        Row{"model.pkl" + std::string(248, '\0') +
                "ustar\0"
                "00"s,
            Kind::kModel, "tar"},
        Row{"<?xml version=\"1.0\"?>\n<PMML version=\"4.4\">", Kind::kModel, "pmml"},
        Row{"\x02\0\0\0\0\0\0\0{}"s, Kind::kModel, "safetensors"},
        Row{Zip({"schema.json", "1.npy"}), Kind::kForeign, "skops"}, Row{Zip({"a.npy", "b.npy"}), Kind::kModel, "npz"},
        Row{Zip({"archive/data.pkl", "archive/version"}), Kind::kModel, "pytorch"},
        Row{Zip({"m/code/x.py", "m/constants.pkl", "m/data.pkl"}), Kind::kModel, "torchscript"},
        Row{Zip({"metadata.json", "config.json", "model.weights.h5"}), Kind::kModel, "keras"},
        Row{Zip({"readme.txt"}), Kind::kModel, "zip"}, Row{Zip({}), Kind::kModel, "zip"},
        Row{"\x89PNG\r\n\x1a\n"s, Kind::kOther, "png"}, Row{"\xFF\xD8\xFF\xE0"s, Kind::kOther, "jpeg"},
        Row{"GIF89a\1\0\1\0\0"s, Kind::kOther, "gif"}, Row{"%PDF-1.7\n", Kind::kOther, "pdf"},
        Row{"\0\0\1\0\2\0"s, Kind::kOther, "icon"}, Row{"SQLite format 3\0\x10"s, Kind::kModel, "sqlite"},
        Row{"\0\0\0\x20"
            "ftypisom"s,
            Kind::kOther, "mp4"},
        Row{"PAR1\x15\4", Kind::kOther, "parquet"}, Row{"\xFF\xFEn\0u\0m\0p\0y\0\n\0"s, Kind::kOther, "text"},
        Row{"\xFE\xFF\0n\x4E\x2D\0\n"s, Kind::kOther, "text"},
        Row{"\xFF\xFEn\0u\0\0\0"s, Kind::kUnknown, "unknown"},      // no text has a NUL
        Row{"name,town\nJ\xF6rg,K\xF6ln\n", Kind::kOther, "text"},  // Latin-1
        Row{"\xF6\xE4\xFC\xDF", Kind::kUnknown, "unknown"},
        Row{"# Model card\n\nA (good) model.\n", Kind::kOther, "text"},
        Row{"{\"a\": [1, 2.5, null]}\n", Kind::kOther, "text"},
        Row{"(c) 2024 The Authors\nAll rights reserved.\n", Kind::kOther, "text"},
        Row{"x,y\n1,2\n", Kind::kOther, "text"}, Row{"\x80\4K\1.", Kind::kForeign, "pickle"},
        Row{"\x80\5}", Kind::kForeign, "pickle"}, Row{"\x80\5", Kind::kUnknown, "unknown"},
        Row{"\x80\4\x8c\x13joblib.numpy_pickle\x94\x8c\x11NumpyArrayWrapper."s, Kind::kForeign, "joblib"},
        // Pickles of protocol 0 and 1 have no magic; some are text, and some begin as images do.
        Row{kHostile, Kind::kForeign, "pickle"}, Row{"(lp0\nI1\na.", Kind::kForeign, "pickle"},
        Row{"]q\0(K\1K\2e."s, Kind::kForeign, "pickle"}, Row{"ios\nsystem\n", Kind::kForeign, "pickle"},
        Row{"Finally\nios\nsystem\n", Kind::kOther, "text"}, Row{"(ios\nsystem\n.", Kind::kForeign, "pickle"},
        Row{"country,gdp\nNorway,R\n", Kind::kOther, "text"}, Row{"I1\n." + kHostile, Kind::kForeign, "pickle"},
        // What readers find behind other content is no image and no text.
        Row{"GIF89a\1\0\1\0\0"s + Zip({"readme.txt"}), Kind::kModel, "zip"},
        Row{"Dear reader,\n" + Zip({"readme.txt"}) + "\n", Kind::kUnknown, "unknown"},
        Row{"'k', (0, 22)\n", Kind::kModel, "shelf"}, Row{"\"k\" ,[0,\t22 ]  # k\n", Kind::kModel, "shelf"},
        Row{"'k', 'v', (0)\n", Kind::kOther, "text"}, Row{"'k', (0, n)\n'k', (0, 22)\n", Kind::kOther, "text"},
        Row{"'k', (0,", Kind::kOther, "text"}, Row{"RDA3\nA\n3\n", Kind::kModel, "r"},
        Row{"GIF89a\1\0arrow.py_extension_type PAR1"s, Kind::kModel, "parquet"},
        Row{"GIF89a\1\0arrow.py_extension_type ARROW1"s, Kind::kModel, "arrow"},
        Row{"GIF89a\1\0arrow.py_extension_type PAR2"s, Kind::kOther, "gif"},
        Row{Zlib(std::string(200000, 'x') + Zip({"readme.txt"})), Kind::kModel, "zip", "zlib"},
        Row{Zlib(std::string(131072, 'x')), Kind::kOther, "text", "zlib"},
        Row{Zlib(std::string(262144, 'x') + "\x89HDF\r\n\x1a\n"), Kind::kModel, "hdf5", "zlib"},
        Row{"GIF89a" + std::string(506, '\0') + "\x89HDF\r\n\x1a\n", Kind::kModel, "hdf5"},
        // What stands for a file that is elsewhere.
        Row{"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 9\n", Kind::kPointer, "git_lfs_pointer"},
        Row{"# xet version 0\n", Kind::kPointer, "xet_pointer"},
        Row{"../.git/annex/objects/a/b", Kind::kPointer, "git_annex_pointer"},
        Row{"GIF89a\1\0\1"s + kHostile, Kind::kForeign, "pickle"},
        Row{"V" + std::string(100, 'x') + "\n0" + kHostile, Kind::kForeign, "pickle"},
        Row{"cos\nsystem\n(S'true'\ntR\xff", Kind::kForeign, "pickle"},  // executed before it fails
        Row{"\x80\2U\4TFL3" + kHostile, Kind::kForeign, "pickle"},
        Row{Zlib(kHostile), Kind::kForeign, "pickle", "zlib"}, Row{Zlib("plain text"), Kind::kOther, "text", "zlib"},
        Row{Zlib("V" + std::string(100000, 'x') + "\n0" + kHostile), Kind::kForeign, "pickle", "zlib"},
        Row{"\x1F\x8B\x08\0"s, Kind::kForeign, "joblib", "gzip"}, Row{"BZh9xxxx", Kind::kForeign, "joblib", "bz2"},
        Row{"\xFD\x37zXZ\0\0"s, Kind::kForeign, "joblib", "xz"},
        Row{"\x04\x22\x4D\x18@"s, Kind::kForeign, "joblib", "lz4"},
        Row{"]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0"s, Kind::kForeign, "joblib", "lzma"},
        Row{"ZF0x337", Kind::kForeign, "joblib", "zfile"}));

TEST(Sniff, EveryPrefixOfEveryRowIsSafe) {
  for (const std::string& bytes :
       {kHostile, Zip({"schema.json", "data.pkl"}), Zlib(kHostile), "\x02\0\0\0\0\0\0\0{}"s}) {
    for (size_t n = 0; n <= bytes.size(); ++n) {
      std::string prefix(bytes, 0, n);
      prefix.shrink_to_fit();
      Of(prefix);
    }
  }
}

}  // namespace
}  // namespace pratique
