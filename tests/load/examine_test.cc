// Pickles inside other files are examined, and nothing is accepted for it.
#include <gmock/gmock.h>

#include <fstream>

#include "archive/inflate.h"
#include "data/file_io.h"
#include "pratique/load.h"
#include "pratique/report.h"
#include "tests/import/zip_writer.h"

namespace pratique {
namespace {

using namespace testing;
using namespace std::string_literals;

const std::string kHostile = "cos\nsystem\n(S'true'\ntR.";
const std::string kHonest =
    "\x80\x04]\x94(K\x01K\x02"
    "e.";

// What torch.save writes of a tensor: its storage is a persistent id, which no model of scikit-learn has.
std::string Tensor(const std::string& rebuild = OldName("torch._utils", "_rebuild_tensor_v2")) {
  return rebuild + "((" + OldStr("storage") + OldName("torch", "FloatStorage") + OldStr("0") + OldStr("cpu") +
         "K\x03tQK" + "\0"s + "K\x03\x85K\x01\x85\x89" + OldName("collections", "OrderedDict") + ")RtR";
}
// A tensor of a subclass is rebuilt by a function that the file names.
std::string Subclass(const std::string& function) {
  return OldName("torch._tensor", "_rebuild_from_type_v2") + "(" + function + OldName("torch", "Tensor") + "(K\x01tNtR";
}
std::string StateDict(const std::string& values) {
  return Proto(2) + OldName("collections", "OrderedDict") + ")R(" + values + "u.";
}
const std::string kTensors = OldStr("w") + Tensor() + OldStr("p") + OldName("torch._utils", "_rebuild_parameter") +
                             "(" + Tensor() + "\x88NtR" + OldStr("t") +
                             Subclass(OldName("torch._utils", "_rebuild_tensor_v2"));
const std::string kTorch = StateDict(kTensors);
const std::string kSystem = OldName("os", "system") + OldStr("id") + kTuple1 + "R";
// Before 1.6: a magic number, a version, what machine, the object, the keys of its storages; then their data.
std::string Legacy(const std::string& object) {
  return Proto(2) + "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19." + Proto(2) + "M\xe9\x03." + Proto(2) + "}." +
         object + Proto(2) + "](" + OldStr("0") + "e." + Little(3, 8) + std::string(12, '\x3f');
}

std::string Zip(std::vector<ZipEntry> entries) { return WriteZip(entries).bytes; }
std::string InZips(std::string content, int depth) {
  for (int i = 0; i < depth; ++i) content = Zip({{"inner", content, true}});
  return content;
}
// As PyTorch writes: sizes behind the data.
std::string WithDescriptor() {
  ZipFile zip = WriteZip(std::vector<ZipEntry>{{"archive/data.pkl", kHostile, false}});
  zip.Set(zip.local[0] + 6, 0x808, 2);
  zip.Set(zip.central[0] + 8, 0x808, 2);
  zip.Set(zip.local[0] + 14, 0, 8);
  zip.Set(zip.local[0] + 22, 0, 4);
  zip.InsertBeforeDirectory(std::string(16, 'd'));
  return zip.bytes;
}
std::string WithTwoNames() {
  ZipFile zip = WriteZip(std::vector<ZipEntry>{{"archive/data.pkl", kHostile, false}});
  zip.bytes[zip.local[0] + 30] = 'b';
  return zip.bytes;
}
std::string Encrypted() {
  ZipFile zip = WriteZip(std::vector<ZipEntry>{{"archive/data.pkl", kHostile, false}});
  zip.Set(zip.local[0] + 6, 1, 2);
  zip.Set(zip.central[0] + 8, 1, 2);
  return zip.bytes;
}

struct Row {
  const char* name;
  std::string bytes;
  const char* verdict;
  const char* code;
  const char* format;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
class Containers : public ::testing::TestWithParam<Row> {};

TEST_P(Containers, AreExamined) {
  const Row& row = GetParam();
  const Report report = ScanBytes(std::as_bytes(std::span(row.bytes)), "file", Policy{});
  EXPECT_EQ(Name(report.verdict), row.verdict);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].code, row.code) << report.findings[0].message;
  EXPECT_EQ(report.format, row.format);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Containers,
    ::testing::Values(
        Row{"Torch", Zip({{"archive/data.pkl", kTorch, false}, {"archive/data/0", "1234", false}}), "unchecked",
            "format.foreign", "pytorch"},
        Row{"BehindATensor", Zip({{"a/data.pkl", StateDict(kTensors + OldStr("x") + kSystem), false}}), "rejected",
            "type.dangerous", "pytorch"},
        Row{"InAStorage", Zip({{"a/data.pkl", StateDict(OldStr("x") + "(" + kSystem + "tQ"), false}}), "rejected",
            "type.dangerous", "pytorch"},
        Row{"CallsATensor", Zip({{"a/data.pkl", StateDict(OldStr("x") + Tensor(OldName("os", "system"))), false}}),
            "rejected", "type.dangerous", "pytorch"},
        Row{"RebuiltBySystem", Zip({{"a/data.pkl", StateDict(OldStr("x") + Subclass(OldName("os", "system"))), false}}),
            "rejected", "type.dangerous", "pytorch"},
        Row{"RebuiltByAStranger", Zip({{"a/data.pkl", StateDict(OldStr("x") + Subclass(OldName("acme", "f"))), false}}),
            "rejected", "type.unknown_call", "pytorch"},
        Row{"RebuiltByAnId", Zip({{"a/data.pkl", StateDict(OldStr("x") + Subclass("NQ")), false}}), "rejected",
            "type.unknown_call", "pytorch"},
        Row{"LoadsATensor",
            Zip({{"a/data.pkl",
                  StateDict(OldStr("x") + OldName("torch.storage", "_load_from_bytes") + OldStr("x") + kTuple1 + "R"),
                  false}}),
            "rejected", "type.dangerous", "pytorch"},
        Row{"LegacyTorch", Legacy(kTorch), "unchecked", "format.foreign", "pytorch_legacy"},
        Row{"HostileLegacyTorch", Legacy(StateDict(kTensors + OldStr("x") + kSystem)), "rejected", "type.dangerous",
            "pytorch_legacy"},
        Row{"LegacyTorchInZip", Zip({{"a.pt", Legacy(StateDict(OldStr("x") + kSystem)), true}}), "rejected",
            "type.dangerous", "zip"},
        Row{"TwoPicklesInZip", Zip({{"a.pkl", kHonest + kHostile, true}}), "rejected", "type.dangerous", "zip"},
        Row{"HostileTorch", Zip({{"archive/data.pkl", kHostile, false}}), "rejected", "type.dangerous", "pytorch"},
        Row{"HostileBesideTorch", Zip({{"archive/data.pkl", kTorch, false}, {"archive/extra", kHostile, true}}),
            "rejected", "type.dangerous", "pytorch"},
        Row{"Descriptor", WithDescriptor(), "rejected", "type.dangerous", "pytorch"},
        Row{"TwoNames", WithTwoNames(), "rejected", "zip.header", "pytorch"},
        Row{"Encrypted", Encrypted(), "unchecked", "format.foreign", "pytorch"},
        Row{"HonestPickleInZip", Zip({{"a.pkl", kHonest, true}}), "unchecked", "format.foreign", "zip"},
        Row{"GzippedPickleInZip", Zip({{"a.txt", Gzip(kHostile), true}}), "rejected", "type.dangerous", "zip"},
        Row{"ZipInZip", InZips(kHostile, 3), "rejected", "type.dangerous", "zip"},
        Row{"ZipInZipTooDeep", InZips(kHonest, 9), "rejected", "limit.depth", "zip"},
        Row{"Truncated", Zip({{"a.pkl", kHonest, true}}).substr(0, 60), "rejected", "zip.end", "zip"},
        Row{"LzmaInZip", Zip({{"a.pkl", kHostile, false, true}}), "rejected", "type.dangerous", "zip"},
        Row{"HonestLzmaInZip", Zip({{"a.pkl", kHonest, false, true}}), "unchecked", "format.foreign", "zip"},
        Row{"TextInZip", Zip({{"readme.txt", "hello", false}}), "unchecked", "format.foreign", "zip"},
        Row{"ZipInGzip", Gzip(Zip({{"a/data.pkl", kHostile, true}})), "rejected", "type.dangerous", "pytorch"},
        Row{"Npz", Zip({{"a.npy", Npy("'<f8'", "(1,)", "12345678"), false}}), "unchecked", "format.not_a_model", "npz"},
        Row{"NpzOfObjects", Zip({{"a.npy", Npy("'|O'", "(1,)", kHostile), false}}), "rejected", "type.dangerous",
            "npz"},
        Row{"NpzOfHonestObjects", Zip({{"a.npy", Npy("'|O'", "(1,)", kHonest), false}}), "unchecked", "format.foreign",
            "npz"},
        Row{"NpyOfObjects", Npy("'|O'", "(1,)", kHostile), "rejected", "type.dangerous", "npy"},
        Row{"NpyOfObjectRecords", Npy("[('a', '|O')]", "(1,)", kHostile), "rejected", "type.dangerous", "npy"},
        Row{"NpyInGzip", Gzip(Npy("'|O'", "(1,)", kHostile)), "rejected", "type.dangerous", "npy"},
        Row{"Npy", Npy("'<f8'", "(1,)", "12345678"), "unchecked", "format.not_a_model", "npy"}),
    [](const auto& info) { return std::string(info.param.name); });

std::string ModelFile(const char* name) {
  const auto bytes = ReadFile(std::string(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/kinds_binary/") + name, {});
  EXPECT_TRUE(bytes.ok()) << name;
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

// Whatever is compressed, and however: the verdict is that of the content.
TEST(Compressed, IsJudgedByWhatIsInside) {
  const std::string model = ModelFile("model.c0.joblib");
  const auto imported = Import(std::as_bytes(std::span(model)));
  ASSERT_TRUE(imported.ok());
  struct Content {
    const char* format;
    std::string bytes;
    const char* verdict;
    const char* code;
  };
  const Content contents[] = {
      {"pickle", ModelFile("model.p2.pkl"), "accepted", ""},
      {"pickle", ModelFile("model.p5.pkl"), "accepted", ""},
      {"joblib", model, "accepted", ""},
      {"skops", ModelFile("model.skops"), "accepted", ""},
      {"pickle", kHostile, "rejected", "type.dangerous"},
      {"zip", Zip({{"a.pkl", kHostile, true}}), "rejected", "type.dangerous"},
      {"zip", Zip({{"a.pkl", kHonest, true}}), "unchecked", "format.foreign"},
      {"pytorch", Zip({{"a/data.pkl", kTorch, false}}), "unchecked", "format.foreign"},
      {"npz", Zip({{"a.npy", Npy("'|O'", "(1,)", kHostile), false}}), "rejected", "type.dangerous"},
      {"npz", Zip({{"a.npy", Npy("'<f8'", "(1,)", "12345678"), true}}), "unchecked", "format.foreign"},
      {"npy", Npy("'|O'", "(1,)", kHostile), "rejected", "type.dangerous"},
      {"npy", Npy("'<f8'", "(1,)", "12345678"), "unchecked", "format.foreign"},
      {"prq", imported->prq, "unchecked", "format.foreign"},
      {"text", "hello", "unchecked", "format.not_a_model"},
  };
  const std::pair<const char*, std::string (*)(std::string_view)> compressors[] = {
      {"gzip", Gzip}, {"zlib", Zlib}, {"bz2", Bz2}, {"xz", Xz}, {"lzma", LzmaAlone}, {"lz4", Lz4}};
  for (const Content& content : contents) {
    for (const auto& [wrapper, compress] : compressors) {
      SCOPED_TRACE(std::string(content.format) + " in " + wrapper + ", " + content.verdict);
      const std::string file = compress(content.bytes);
      const Report report = ScanBytes(std::as_bytes(std::span(file)), "file", Policy{});
      EXPECT_EQ(Name(report.verdict), content.verdict);
      EXPECT_EQ(report.findings.empty() ? "" : report.findings[0].code, content.code);
      EXPECT_EQ(report.format, content.format);
      EXPECT_EQ(report.wrapper.value_or(""), wrapper);
    }
  }
}

TEST(SkopsInside, APickleNamedLikeOneIsAPickle) {
  const Report report = ScanBytes(std::as_bytes(std::span(kHostile)), "model.skops", Policy{});
  EXPECT_EQ(report.format, "pickle");
  EXPECT_EQ(report.verdict, Verdict::kRejected);
}

}  // namespace
}  // namespace pratique
