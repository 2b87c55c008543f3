// .skops files: what is refused, one defect each, and that a model is the same from every format.
#include "import/skops/skops.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "pratique/file.h"
#include "pratique/load.h"
#include "pratique/rejection.h"
#include "report/codes.h"
#include "tests/import/zip_writer.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;
using graph::Graph;
using graph::Kind;
using testing::Little;
using testing::Npy;
using testing::WriteZip;
using testing::ZipEntry;
using testing::ZipFile;
using namespace std::string_literals;

absl::StatusOr<Graph> ReadCopy(const std::string& bytes, const Limits& limits = {}) {
  // The graph views the bytes; the copy on the heap shows a read beyond them to a sanitizer.
  static std::vector<std::unique_ptr<std::string>> kept;
  kept.push_back(std::make_unique<std::string>(bytes));
  return skops::Read(std::as_bytes(std::span(*kept.back())), limits);
}
std::string CodeOf(const absl::StatusOr<Graph>& graph) {
  return graph.ok() ? "accepted" : GetRejection(graph.status())->code;
}

// `root` is an object of schema.json, without its closing brace: protocol and version are added.
std::string Schema(std::string root, const std::string& protocol = "2") {
  root.pop_back();
  return root + R"(, "protocol": )" + protocol + R"(, "_skops_version": "0.16.0"})";
}
std::string Node(std::string_view loader, std::string_view module, std::string_view cls, const std::string& rest = "") {
  return absl::StrCat(R"({"__loader__": ")", std::string(loader), R"(", "__module__": ")", std::string(module),
                      R"(", "__class__": ")", std::string(cls), "\"", rest.empty() ? "" : ", ", rest, "}");
}
std::string JsonNode(const std::string& json) {
  return Node("JsonNode", "builtins", "str", R"("is_json": true, "content": )" + nlohmann::json(json).dump());
}
std::string List(const std::string& items) {
  return Node("ListNode", "builtins", "list", R"("content": [)" + items + "]");
}
std::string Tuple(const std::string& items) {
  return Node("TupleNode", "builtins", "tuple", R"("content": [)" + items + "]");
}
std::string Type(std::string_view module, std::string_view name) { return Node("TypeNode", module, name); }
std::string Dict(const std::string& pairs, const std::string& types, const std::string& more = "") {
  return Node("DictNode", "builtins", "dict", R"("content": {)" + pairs + R"(}, "key_types": )" + List(types) + more);
}
std::string Array(const std::string& file = "7.npy", const std::string& cls = "ndarray") {
  return Node("NdArrayNode", "numpy", cls, R"("type": "numpy", "file": ")" + file + R"(", "__id__": 7)");
}
const std::string kDoubles = Npy("'<f8'", "(2,)", std::string(16, '\1'));

std::string File(const std::string& schema, const std::string& npy = "", const std::string& name = "7.npy") {
  std::vector<ZipEntry> entries;
  if (!npy.empty()) entries.push_back({name, npy, false});
  entries.push_back({"schema.json", schema, true});
  return WriteZip(entries).bytes;
}

// ---- The zip ----

ZipFile Honest() {
  return WriteZip(std::vector<ZipEntry>{{"7.npy", kDoubles, false}, {"schema.json", Schema(Array()), true}});
}

struct ZipDefect {
  const char* name;
  const char* code;
  std::function<void(ZipFile&)> make;
};
void PrintTo(const ZipDefect& row, std::ostream* out) { *out << row.name; }
class SkopsZip : public ::testing::TestWithParam<ZipDefect> {};

TEST_P(SkopsZip, IsRefused) {
  ZipFile zip = Honest();
  ASSERT_EQ(CodeOf(ReadCopy(zip.bytes)), "accepted");
  GetParam().make(zip);
  const auto graph = ReadCopy(zip.bytes);
  EXPECT_EQ(CodeOf(graph), GetParam().code) << graph.status();
  EXPECT_NE(FindCode(GetParam().code), nullptr);
}

// Header offsets: APPNOTE 4.3.7 (local: flags 6, method 8, crc 14, sizes 18 and 22, name length 26, extra length 28,
// name 30) and 4.3.12 (central: flags 8, method 10, crc 16, sizes 20 and 24, comment length 32, disk 34, offset 42,
// name 46).
INSTANTIATE_TEST_SUITE_P(
    Defects, SkopsZip,
    ::testing::Values(
        ZipDefect{"BytesBefore", "zip.end", [](ZipFile& z) { z.bytes.insert(0, "x"); }},
        ZipDefect{"BytesBeforeWithOffsetsPutRight", "zip.gap", [](ZipFile& z) {
                    z.bytes.insert(0, "MZ");
                    for (size_t i = 0; i < 2; ++i) z.Set(z.central[i] + 2 + 42, z.local[i] + 2, 4);
                    z.Set(z.end + 2 + 16, z.directory + 2, 4);
                  }},
        ZipDefect{"BytesAfter", "zip.end", [](ZipFile& z) { z.bytes += "x"; }},
        ZipDefect{"Comment", "zip.end", [](ZipFile& z) { z.Set(z.end + 20, 2, 2); z.bytes += "hi"; }},
        ZipDefect{"ZipAfter", "zip.end", [](ZipFile& z) { z.bytes += Honest().bytes; }},
        ZipDefect{"Truncated", "zip.end", [](ZipFile& z) { z.bytes.pop_back(); }},
        ZipDefect{"Gap", "zip.gap", [](ZipFile& z) { z.InsertBeforeDirectory("cos\nsystem\n."); }},
        ZipDefect{"OneOfSeveralParts", "zip.end", [](ZipFile& z) { z.Set(z.end + 4, 1, 2); }},
        ZipDefect{"TwoCounts", "zip.end", [](ZipFile& z) { z.Set(z.end + 8, 1, 2); }},
        ZipDefect{"CountTooSmall", "zip.directory", [](ZipFile& z) { z.Set(z.end + 8, 1, 2); z.Set(z.end + 10, 1, 2); }},
        ZipDefect{"CountTooLarge", "zip.directory", [](ZipFile& z) { z.Set(z.end + 8, 3, 2); z.Set(z.end + 10, 3, 2); }},
        ZipDefect{"Zip64WithoutRecord", "zip.end", [](ZipFile& z) { z.Set(z.end + 16, 0xFFFFFFFF, 4); }},
        ZipDefect{"DirectoryElsewhere", "zip.end", [](ZipFile& z) { z.Set(z.end + 16, z.directory - 1, 4); }},
        ZipDefect{"DirectoryBeyondTheFile", "zip.end", [](ZipFile& z) { z.Set(z.end + 16, 0xFFFFFFF0, 4); }},
        ZipDefect{"NoCentralMagic", "zip.directory", [](ZipFile& z) { z.bytes[z.central[1]] = 'Q'; }},
        ZipDefect{"EntryComment", "zip.directory", [](ZipFile& z) { z.Set(z.central[1] + 32, 1, 2); }},
        ZipDefect{"OnAnotherDisk", "zip.directory", [](ZipFile& z) { z.Set(z.central[0] + 34, 1, 2); }},
        ZipDefect{"Encrypted", "zip.flags", [](ZipFile& z) { z.Set(z.central[0] + 8, 1, 2); z.Set(z.local[0] + 6, 1, 2); }},
        ZipDefect{"DataDescriptor", "zip.flags", [](ZipFile& z) { z.Set(z.central[0] + 8, 8, 2); z.Set(z.local[0] + 6, 8, 2); }},
        ZipDefect{"FlagsOnlyInTheLocalHeader", "zip.header", [](ZipFile& z) { z.Set(z.local[0] + 6, 1, 2); }},
        ZipDefect{"NameDiffers", "zip.header", [](ZipFile& z) { z.bytes[z.local[0] + 30] = '8'; }},
        ZipDefect{"NameEqualsAnother", "zip.duplicate", [](ZipFile& z) {
                    z = WriteZip(std::vector<ZipEntry>{{"7.npy", kDoubles, false}, {"7.npy", kDoubles, false}, {"schema.json", Schema(Array()), true}});
                  }},
        ZipDefect{"TwoSchemas", "zip.duplicate", [](ZipFile& z) {
                    z = WriteZip(std::vector<ZipEntry>{{"schema.json", Schema(List("")), true}, {"schema.json", Schema(List("")), true}});
                  }},
        ZipDefect{"CrcDiffers", "zip.header", [](ZipFile& z) { z.Set(z.local[0] + 14, 1, 4); }},
        ZipDefect{"CrcWrong", "zip.crc", [](ZipFile& z) { z.Set(z.local[0] + 14, 1, 4); z.Set(z.central[0] + 16, 1, 4); }},
        ZipDefect{"ContentFlipped", "zip.crc", [](ZipFile& z) { z.bytes[z.data[0] + 70] ^= 1; }},
        ZipDefect{"MethodDiffers", "zip.header", [](ZipFile& z) { z.Set(z.local[0] + 8, 8, 2); }},
        ZipDefect{"MethodUnknown", "zip.method", [](ZipFile& z) { z.Set(z.local[1] + 8, 99, 2); z.Set(z.central[1] + 10, 99, 2); }},
        ZipDefect{"DeflateBroken", "codec.deflate", [](ZipFile& z) { z.bytes[z.data[1]] = '\xFF'; }},
        ZipDefect{"SizeDiffers", "zip.header", [](ZipFile& z) { z.Set(z.local[1] + 22, 5, 4); }},
        ZipDefect{"SizeTooSmall", "zip.size", [](ZipFile& z) { z.Set(z.local[1] + 22, 5, 4); z.Set(z.central[1] + 24, 5, 4); }},
        ZipDefect{"SizeTooLarge", "zip.size", [](ZipFile& z) { z.Set(z.local[1] + 22, 5000, 4); z.Set(z.central[1] + 24, 5000, 4); }},
        ZipDefect{"StoredInTwoSizes", "zip.header", [](ZipFile& z) { z.Set(z.local[0] + 22, 5, 4); z.Set(z.central[0] + 24, 5, 4); }},
        ZipDefect{"DeclaresABomb", "limit.inflate_ratio", [](ZipFile& z) { z.Set(z.local[1] + 22, 1 << 30, 4); z.Set(z.central[1] + 24, 1 << 30, 4); }},
        ZipDefect{"OffsetBeyondTheFile", "zip.header", [](ZipFile& z) { z.Set(z.central[0] + 42, 0xFFFFFFF0, 4); }},
        ZipDefect{"ExtraFieldInOneHeader", "zip.header", [](ZipFile& z) { z.Set(z.local[0] + 28, 4, 2); z.Set(z.data[0], 0xCAFE, 4); }}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SkopsZipLayout, OverlappingEntriesAreRefused) {
  // Two entries of the directory, one local header inside the other's data.
  const ZipFile inner = WriteZip(std::vector<ZipEntry>{{"8.npy", kDoubles, false}});
  ZipFile zip = WriteZip(
      std::vector<ZipEntry>{{"7.npy", inner.bytes.substr(0, inner.directory), false}, {"8.npy", kDoubles, false}});
  zip.Set(zip.central[1] + 42, zip.data[0], 4);
  EXPECT_EQ(CodeOf(ReadCopy(zip.bytes)), "zip.overlap");
}

// The honest zip with a zip64 field in its first local header, which says these sizes.
ZipFile WithZip64Field(uint64_t inflated, uint64_t stored) {
  ZipFile zip = Honest();
  const std::string extra = Little(1, 2) + Little(16, 2) + Little(inflated, 8) + Little(stored, 8);
  zip.Set(zip.local[0] + 28, extra.size(), 2);
  zip.bytes.insert(zip.data[0], extra);
  zip.Set(zip.central[1] + extra.size() + 42, zip.local[1] + extra.size(), 4);
  zip.Set(zip.end + extra.size() + 16, zip.directory + extra.size(), 4);
  return zip;
}

TEST(SkopsZipLayout, SizesInZip64FieldsAreRead) {
  // numpy writes them in every .npz, whatever the size.
  ZipFile zip = WithZip64Field(kDoubles.size(), kDoubles.size());
  zip.Set(zip.local[0] + 18, ~uint64_t{0}, 8);
  EXPECT_EQ(CodeOf(ReadCopy(zip.bytes)), "accepted");
}

TEST(SkopsZipLayout, Zip64FieldsBesideWholeSizesSayTheSame) {
  // Python up to 3.11.3 leaves the sizes of the header as they are.
  EXPECT_EQ(CodeOf(ReadCopy(WithZip64Field(kDoubles.size(), kDoubles.size()).bytes)), "accepted");
  EXPECT_EQ(CodeOf(ReadCopy(WithZip64Field(kDoubles.size() + 1, kDoubles.size()).bytes)), "zip.header");
  EXPECT_EQ(CodeOf(ReadCopy(WithZip64Field(kDoubles.size(), kDoubles.size() - 1).bytes)), "zip.header");
}

ZipFile HonestLzma() {
  return WriteZip(
      std::vector<ZipEntry>{{"7.npy", kDoubles, false, true}, {"schema.json", Schema(Array()), false, true}});
}

TEST(SkopsZipLayout, LzmaIsReadWithAndWithoutItsEnd) {
  EXPECT_EQ(CodeOf(ReadCopy(HonestLzma().bytes)), "accepted");
  const std::pair<const char*, void (*)(ZipFile&)> rows[] = {
      {"zip.flags",
       [](ZipFile& z) {
         z.Set(z.local[0] + 6, 0, 2);
         z.Set(z.central[0] + 8, 0, 2);
       }},  // Python sets it always
      {"zip.flags",
       [](ZipFile& z) {
         z.Set(z.local[0] + 6, 3, 2);
         z.Set(z.central[0] + 8, 3, 2);
       }},
      {"codec.lzma", [](ZipFile& z) { z.Set(z.data[0] + 2, 6, 2); }},
      {"codec.lzma", [](ZipFile& z) { z.bytes[z.data[0] + 4] = '\xFF'; }},
      {"limit.memory", [](ZipFile& z) { z.Set(z.data[0] + 5, 0xF0000000, 4); }},
      {"zip.size",
       [](ZipFile& z) {
         z.Set(z.local[0] + 22, 5, 4);
         z.Set(z.central[0] + 24, 5, 4);
       }},
  };
  for (const auto& [code, damage] : rows) {
    ZipFile zip = HonestLzma();
    damage(zip);
    EXPECT_EQ(CodeOf(ReadCopy(zip.bytes)), code);
  }
}

class SkopsZipFlips : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Methods, SkopsZipFlips, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "lzma" : "deflate"; });

TEST_P(SkopsZipFlips, EveryTruncationAndEveryFlipIsSafe) {
  const std::string honest = GetParam() ? HonestLzma().bytes : Honest().bytes;
  for (size_t n = 0; n < honest.size(); ++n) EXPECT_FALSE(ReadCopy(honest.substr(0, n)).ok()) << n;
  size_t accepted = 0;
  for (size_t i = 0; i < honest.size(); ++i) {
    std::string flipped = honest;
    flipped[i] ^= 0x40;
    accepted += ReadCopy(flipped).ok();
  }
  EXPECT_LT(accepted, 60u);  // versions, times, attributes and the size of LZMA's dictionary, which mean nothing here
}

TEST(SkopsZipLayout, LimitsAreCharged) {
  Limits limits;
  limits.inflated_bytes = 100;
  EXPECT_EQ(CodeOf(ReadCopy(Honest().bytes, limits)), "limit.inflated_bytes");
  const std::string zeros(8 << 20, '\0');
  EXPECT_EQ(CodeOf(ReadCopy(File(Schema(Array()), Npy("'<f8'", "(1048576,)", zeros)))), "accepted");
  limits = {};
  limits.inflate_ratio = 10;
  const std::string bomb = WriteZip(std::vector<ZipEntry>{{"7.npy", Npy("'<f8'", "(1048576,)", zeros), true},
                                                          {"schema.json", Schema(Array()), true}})
                               .bytes;
  EXPECT_EQ(CodeOf(ReadCopy(bomb)), "accepted");
  EXPECT_EQ(CodeOf(ReadCopy(bomb, limits)), "limit.inflate_ratio");
}

// ---- schema.json and members ----

struct Row {
  const char* name;
  const char* code;
  std::string schema;
  std::string npy = "";
  std::string member = "7.npy";
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
class SkopsContent : public ::testing::TestWithParam<Row> {};

TEST_P(SkopsContent, IsJudged) {
  const Row& row = GetParam();
  const auto graph = ReadCopy(File(row.schema, row.npy, row.member));
  EXPECT_EQ(CodeOf(graph), row.code) << graph.status();
  if (!graph.ok()) {
    EXPECT_NE(FindCode(row.code), nullptr);
    EXPECT_NE(GetRejection(graph.status())->reason, Reason::kInternal);
  }
}

std::string Deep(int levels) {
  std::string open, close;
  for (int i = 0; i < levels; ++i) {
    open += R"({"__loader__":"ListNode","__module__":"builtins","__class__":"list","content":[)";
    close += "]}";
  }
  return open + close;
}
std::string Named(const std::string& loader, const std::string& module, const std::string& cls,
                  const std::string& rest = "") {
  return Schema(Node(loader, module, cls, rest));
}
const std::string kOs = R"("content": [)" + JsonNode("\"true\"") + "]";

INSTANTIATE_TEST_SUITE_P(
    Schema, SkopsContent,
    ::testing::Values(
        Row{"EmptyList", "accepted", Schema(List(""))}, Row{"ProtocolZero", "accepted", Schema(List(""), "0")},
        Row{"ProtocolThree", "skops.protocol", Schema(List(""), "3")},
        Row{"ProtocolNegative", "skops.protocol", Schema(List(""), "-1")},
        Row{"ProtocolTrue", "skops.protocol", Schema(List(""), "true")},
        Row{"ProtocolFloat", "skops.protocol", Schema(List(""), "2.0")},
        Row{"ProtocolText", "skops.protocol", Schema(List(""), "\"2\"")}, Row{"NoProtocol", "skops.protocol", List("")},
        Row{"NoObject", "skops.json", "[]"}, Row{"Mark", "skops.json", "\xEF\xBB\xBF" + Schema(List(""))},
        Row{"Empty", "skops.json", ""}, Row{"CutShort", "skops.json", "{\"a\": [1,"},
        Row{"Trailing", "skops.json", Schema(List("")) + "x"},
        Row{"Twice", "skops.json", Schema(List("")) + Schema(List(""))},
        Row{"DuplicateKey", "skops.json",
            Schema(Node("ListNode", "builtins", "list", R"("content": [], "content": [])"))},
        Row{"NaN", "skops.json", Schema(Node("ListNode", "builtins", "list", R"("content": NaN)"))},
        Row{"ManyDigits", "skops.json",
            Schema(Node("ListNode", "builtins", "list", R"("content": [], "__id__": )" + std::string(5000, '7')))},
        Row{"LoneSurrogate", "skops.json", Schema(Node("ListNode", "builtins", "list", R"("content": "\ud800")"))},
        Row{"NotUtf8", "skops.json", Schema(Node("ListNode", "builtins", "list", "\"content\": \"\xff\""))},
        Row{"Nested20000", "limit.depth", Schema(Deep(20000))}, Row{"Nested40", "accepted", Schema(Deep(40))},
        Row{"NoLoader", "skops.node", Schema(R"({"__class__": "list", "__module__": "builtins"})")},
        Row{"UnknownLoader", "skops.loader", Named("EvalNode", "builtins", "eval", R"("content": "1")")},
        Row{"OtherPackage", "skops.loader",
            Named("QuantileForestNode", "quantile_forest", "QuantileForest", R"("content": 1)")},
        Row{"ExtraKey", "skops.node", Named("ListNode", "builtins", "list", R"("content": [], "__setstate__": 1)")},
        Row{"MissingKey", "skops.node", Named("ListNode", "builtins", "list")},
        Row{"ProtocolInside", "skops.node",
            Schema(List(Node("ListNode", "builtins", "list", R"("content": [], "protocol": 0)")))},
        Row{"DottedClass", "skops.node", Named("ObjectNode", "os", "path.system")},
        Row{"EmptyModule", "skops.node", Named("ObjectNode", "", "system")},
        Row{"ModuleIsNull", "skops.node",
            Schema(R"({"__loader__": "ObjectNode", "__module__": null, "__class__": "A"})")},
        Row{"ContentIsNoArray", "skops.node", Named("ListNode", "builtins", "list", R"("content": {})")},
        Row{"ItemIsNoNode", "skops.node", Schema(List("1"))}));

INSTANTIATE_TEST_SUITE_P(
    Identity, SkopsContent,
    ::testing::Values(
        Row{"SameTwice", "accepted", Schema(List(Array() + "," + Array())), kDoubles},
        Row{"OtherContent", "skops.identity",
            Schema(List(Array() + "," +
                        Node("NdArrayNode", "numpy", "float64", R"("type": "numpy", "file": "7.npy", "__id__": 7)"))),
            kDoubles},
        Row{"OtherLoader", "skops.identity",
            Schema(List(Array() + "," + Node("ListNode", "builtins", "list", R"("content": [], "__id__": 7)"))),
            kDoubles},
        Row{"Cached", "accepted",
            Schema(List(Array() +
                        R"(, {"__loader__": "CachedNode", "__module__": null, "__class__": null, "__id__": 7})")),
            kDoubles},
        Row{"CachedUnknown", "skops.loader",
            Schema(List(R"({"__loader__": "CachedNode", "__module__": "a", "__class__": "b", "__id__": 9})"))},
        Row{"ContainsItself", "skops.cycle",
            Schema(Node("ListNode", "builtins", "list",
                        R"("__id__": 5, "content": [{"__loader__": "CachedNode", "__id__": 5}])"))},
        Row{"IdIsText", "skops.node",
            Schema(Node("ListNode", "builtins", "list", R"("__id__": "5", "content": [])"))}));

INSTANTIATE_TEST_SUITE_P(
    Values, SkopsContent,
    ::testing::Values(
        Row{"Scalars", "accepted",
            Schema(List(JsonNode("null") + "," + JsonNode("true") + "," + JsonNode("-12") + "," + JsonNode("1e-3") +
                        "," + JsonNode("NaN") + "," + JsonNode("-Infinity") + "," + JsonNode("\"\\u00e4\"") + "," +
                        JsonNode("340282366920938463463374607431768211455")))},
        Row{"NestedJson", "skops.value", Schema(JsonNode("[1]"))},
        Row{"JsonObject", "skops.value", Schema(JsonNode("{}"))}, Row{"EmptyJson", "skops.value", Schema(JsonNode(""))},
        Row{"BlankBefore", "skops.value", Schema(JsonNode(" 1"))},
        Row{"LeadingZero", "skops.value", Schema(JsonNode("01"))}, Row{"Plus", "skops.value", Schema(JsonNode("+1"))},
        Row{"Inf", "skops.value", Schema(JsonNode("inf"))}, Row{"Hex", "skops.value", Schema(JsonNode("0x1p3"))},
        Row{"OpenString", "skops.value", Schema(JsonNode("\"a"))},
        Row{"Surrogate", "pickle.text", Schema(JsonNode("\"\\ud800\""))},
        Row{"Digits5000", "skops.value", Schema(JsonNode(std::string(5000, '1')))},
        Row{"JsonOfAClass", "type.dangerous", Named("JsonNode", "os", "system", R"("content": "1")")},
        Row{"ContentIsNumber", "skops.value", Named("JsonNode", "builtins", "str", R"("content": 1)")},
        Row{"Keys", "accepted",
            Schema(Dict(R"("a": )" + JsonNode("1") + R"(, "2": )" + JsonNode("2") + R"(, "2.5": )" + JsonNode("3") +
                            R"(, "true": )" + JsonNode("4"),
                        Type("builtins", "str") + "," + Type("numpy", "int64") + "," + Type("builtins", "float") + "," +
                            Type("builtins", "bool")))},
        Row{"FewerTypes", "skops.node", Schema(Dict(R"("a": )" + JsonNode("1"), ""))},
        Row{"KeyIsNoInt", "skops.value", Schema(Dict(R"("a": )" + JsonNode("1"), Type("builtins", "int")))},
        Row{"KeyOfAByte", "accepted", Schema(Dict(R"("255": )" + JsonNode("1"), Type("numpy", "uint8")))},
        Row{"KeyBeyondAByte", "skops.value", Schema(Dict(R"("256": )" + JsonNode("1"), Type("numpy", "uint8")))},
        Row{"KeyBelowNought", "skops.value", Schema(Dict(R"("-1": )" + JsonNode("1"), Type("numpy", "uint64")))},
        Row{"KeyOfASignedByte", "accepted", Schema(Dict(R"("-128": )" + JsonNode("1"), Type("numpy", "int8")))},
        Row{"KeyBelowASignedByte", "skops.value", Schema(Dict(R"("-129": )" + JsonNode("1"), Type("numpy", "int8")))},
        Row{"KeyWithMoreBehind", "skops.value", Schema(Dict(R"("1a": )" + JsonNode("1"), Type("numpy", "uint64")))},
        Row{"KeyIsNoBool", "skops.value", Schema(Dict(R"("False": )" + JsonNode("1"), Type("builtins", "bool")))},
        Row{"KeyTypeIsCalled", "skops.key", Schema(Dict(R"("true": )" + JsonNode("1"), Type("os", "system")))},
        Row{"KeyTypeMap", "skops.key", Schema(Dict(R"("true": )" + JsonNode("1"), Type("builtins", "map")))},
        Row{"TypesAreNoNames", "skops.node", Schema(Dict(R"("a": )" + JsonNode("1"), JsonNode("1")))},
        Row{"OrderedDict", "accepted",
            Named("DictNode", "collections", "OrderedDict", R"("content": {}, "key_types": )" + List(""))},
        Row{"SetOfLists", "skops.key", Named("SetNode", "builtins", "set", R"("content": [)" + List("") + "]")},
        Row{"Slice", "accepted",
            Named("SliceNode", "builtins", "slice", R"("content": {"start": 1, "stop": null, "step": "b"})")},
        Row{"SliceOfObjects", "skops.node",
            Named("SliceNode", "builtins", "slice", R"("content": {"start": {}, "stop": null, "step": null})")},
        Row{"DefaultDict", "accepted",
            Named("DefaultDictNode", "collections", "defaultdict",
                  R"("content": {"main": )" + Dict("", "") + R"(, "default_factory": )" + Type("builtins", "int") +
                      "}")},
        Row{"FunctionOfProtocol0", "accepted",
            Schema(Node("FunctionNode", "builtins", "function",
                        R"("content": {"module_path": "numpy", "function": "log1p"})"),
                   "0")},
        Row{"FunctionOfProtocol0In2", "skops.node",
            Named("FunctionNode", "builtins", "function",
                  R"("content": {"module_path": "numpy", "function": "log1p"})")}));

// What skops would call. The message may name the means of attack; that it is refused does not depend on the list.
INSTANTIATE_TEST_SUITE_P(
    Calls, SkopsContent,
    ::testing::Values(
        Row{"List", "type.dangerous", Named("ListNode", "os", "system", kOs)},
        Row{"UnknownList", "type.unknown_call", Named("ListNode", "acme", "List", kOs)},
        Row{"Set", "type.dangerous", Named("SetNode", "builtins", "exec", kOs)},
        Row{"Tuple", "type.dangerous", Named("TupleNode", "os", "system", kOs)},
        Row{"Dict", "type.dangerous",
            Named("DictNode", "builtins", "breakpoint", R"("content": {}, "key_types": )" + List(""))},
        Row{"OperatorThatIsHeld", "accepted",
            Named("OperatorFuncNode", "operator", "methodcaller", R"("attrs": )" + Tuple(JsonNode("\"a\"")))},
        Row{"OperatorOfOs", "skops.node",
            Named("OperatorFuncNode", "os", "system", R"("attrs": )" + Tuple(JsonNode("\"a\"")))},
        Row{"Method", "type.unknown_call",
            Named("MethodNode", "acme", "A",
                  R"("content": {"func": "__init__", "obj": )" + Node("ObjectNode", "acme", "A") + "}")},
        Row{"Constructor", "type.dangerous",
            Named("ConstructorFromReduceNode", "subprocess", "Popen", R"("content": )" + Tuple(JsonNode("\"a\"")))},
        Row{"ConstructorUnknown", "type.unknown_call",
            Named("ConstructorFromReduceNode", "acme", "A", R"("content": )" + Tuple(""))},
        Row{"ConstructorOfADType", "type.unknown_call",
            Named("ConstructorFromReduceNode", "numpy", "dtype", R"("content": )" + Tuple(JsonNode("\"f8\"")))},
        Row{"ConstructorOfARange", "accepted",
            Named("ConstructorFromReduceNode", "builtins", "range",
                  R"("content": )" + Tuple(JsonNode("1") + "," + JsonNode("2") + "," + JsonNode("3")))},
        Row{"ConstructorArguments", "type.arguments",
            Named("ConstructorFromReduceNode", "builtins", "range", R"("content": )" + Tuple(JsonNode("null")))},
        Row{"Loss", "type.dangerous",
            Named("LossNode", "os", "system",
                  R"("__reduce__": {"args": )" + Tuple(JsonNode("\"a\"")) + R"(}, "content": )" + Dict("", ""))},
        Row{"LossOfSklearn", "accepted",
            Named("LossNode", "_loss", "CyHalfBinomialLoss",
                  R"("__reduce__": {"args": )" + Tuple("") + R"(}, "content": )" + Dict("", ""))},
        Row{"ListOfPandas", "accepted",
            Named("ListNode", "pandas.core.indexes.frozen", "FrozenList", R"("content": [])")},
        Row{"LossOfOldSkops", "accepted",
            Named("SGDNode", "sklearn.linear_model._sgd_fast", "Hinge",
                  R"("__reduce__": {"args": )" + Tuple(JsonNode("1.0")) + R"(}, "content": )" + Dict("", ""))},
        Row{"TreeOfAnother", "type.dangerous",
            Named("TreeNode", "os", "system",
                  R"("__reduce__": {"args": )" + Tuple("") + R"(}, "content": )" + Dict("", ""))},
        Row{"RandomState", "type.dangerous", Named("RandomStateNode", "os", "system", R"("content": )" + Dict("", ""))},
        Row{"Generator", "type.dangerous", Named("RandomGeneratorNode", "os", "system", R"("content": {})")},
        Row{"Partial", "type.dangerous", Named("PartialNode", "os", "system", R"("content": {})")},
        Row{"ArrayClass", "type.dangerous",
            Schema(Node("NdArrayNode", "os", "system", R"("type": "numpy", "file": "7.npy")")), kDoubles},
        Row{"FunctionIsOnlyAName", "accepted", Named("FunctionNode", "os", "system")}));

INSTANTIATE_TEST_SUITE_P(
    Arrays, SkopsContent,
    ::testing::Values(
        Row{"Doubles", "accepted", Schema(Array()), kDoubles},
        Row{"Fortran", "accepted", Schema(Array()), Npy("'<f8'", "(1, 2)", std::string(16, 'x'), "True")},
        Row{"BigEndian", "accepted", Schema(Array()), Npy("'>i4'", "(4,)", std::string(16, 'x'))},
        Row{"Empty", "accepted", Schema(Array()), Npy("'<f8'", "(0,)", "")},
        Row{"Record", "accepted", Schema(Array()),
            Npy("[('left_child', '<i8'), ('missing', '|u1'), ('', '|V7')]", "(2,)", std::string(32, 'x'))},
        Row{"RecordNamesTwice", "numpy.dtype", Schema(Array()),
            Npy("[('a', '<i8'), ('a', '<i8')]", "(1,)", std::string(16, 'x'))},
        Row{"RecordOfObjects", "numpy.objects", Schema(Array()), Npy("[('a', '|O')]", "(2,)", std::string(16, 'x'))},
        Row{"RecordNested", "numpy.dtype", Schema(Array()),
            Npy("[('a', [('b', '<i8')])]", "(2,)", std::string(16, 'x'))},
        Row{"RecordTitled", "numpy.dtype", Schema(Array()), Npy("[(('t', 'a'), '<i8')]", "(2,)", std::string(16, 'x'))},
        Row{"RecordOfShapes", "numpy.dtype", Schema(Array()),
            Npy("[('a', '<i8', (1,))]", "(2,)", std::string(16, 'x'))},
        Row{"RecordOfCode", "numpy.npy", Schema(Array()), Npy("[('a', '<i8', print())]", "(2,)", std::string(16, 'x'))},
        Row{"RecordTooDeep", "numpy.npy", Schema(Array()),
            Npy("[('a', [('a', [('a', [('a', [('a', [('a', '<i8')])])])])])]", "(2,)", std::string(16, 'x'))},
        Row{"RecordOfRecordsOfObjects", "numpy.objects", Schema(Array()),
            Npy("[('a', [('b', '|O')])]", "(2,)", std::string(16, 'x'))},
        Row{"Objects", "numpy.objects", Schema(Array()), Npy("'|O'", "(2,)", "cos\nsystem\n(S'true'\ntR.")},
        Row{"Code", "numpy.npy", Schema(Array()), Npy("__import__('os').system('true')", "(2,)", std::string(16, 'x'))},
        Row{"NoNpy", "numpy.npy", Schema(Array()), "\x93NUMPX"},
        Row{"HeaderCut", "numpy.npy", Schema(Array()), kDoubles.substr(0, 40)},
        Row{"KeyTwice", "numpy.npy", Schema(Array()), Npy("'<f8', 'descr': '<f8'", "(2,)", std::string(16, 'x'))},
        Row{"ShapeTooLarge", "numpy.array", Schema(Array()), Npy("'<f8'", "(3,)", std::string(16, 'x'))},
        Row{"ShapeTooSmall", "numpy.array", Schema(Array()), Npy("'<f8'", "(1,)", std::string(16, 'x'))},
        Row{"ShapeNegative", "numpy.npy", Schema(Array()), Npy("'<f8'", "(-1,)", std::string(16, 'x'))},
        Row{"ShapeOverflows", "numpy.shape", Schema(Array()),
            Npy("'<f8'", "(4294967296, 4294967296, 2)", std::string(16, 'x'))},
        Row{"BytesOverflow", "numpy.shape", Schema(Array()), Npy("'<f8'", "(4611686018427387904,)", "")},
        Row{"EmptyAndHuge", "numpy.shape", Schema(Array()), Npy("'<f8'", "(0, 4611686018427387904)", "")},
        Row{"DTypeUnknown", "numpy.dtype", Schema(Array()), Npy("'<f9'", "(2,)", std::string(18, 'x'))},
        Row{"OrderMissing", "numpy.dtype", Schema(Array()), Npy("'|f8'", "(2,)", std::string(16, 'x'))},
        Row{"OrderNative", "numpy.dtype", Schema(Array()), Npy("'=f8'", "(2,)", std::string(16, 'x'))},
        Row{"Scalar", "accepted", Schema(Array("7.npy", "float64")), Npy("'<f8'", "()", std::string(8, 'x'))},
        Row{"ScalarOfOne", "numpy.scalar", Schema(Array("7.npy", "float64")),
            Npy("'<f8'", "(1,)", std::string(8, 'x'))},
        Row{"ScalarOfAnother", "numpy.scalar", Schema(Array("7.npy", "float64")),
            Npy("'<i8'", "()", std::string(8, 'x'))},
        Row{"Matrix", "numpy.array", Schema(Array("7.npy", "matrix")), kDoubles},
        Row{"MemberMissing", "skops.member", Schema(Array())},
        Row{"MemberUnused", "skops.member", Schema(List("")), kDoubles},
        Row{"MemberIsSchema", "skops.member", Schema(Array("schema.json"))},
        Row{"MemberPath", "skops.member", Schema(List("")), kDoubles, "../7.npy"},
        Row{"MemberPickle", "skops.member", Schema(List("")), "\x80\x04.", "data.pkl"},
        Row{"FileIsNumber", "skops.member",
            Schema(Node("NdArrayNode", "numpy", "ndarray", R"("type": "numpy", "file": 7)"))},
        Row{"UnknownStorage", "skops.node",
            Schema(Node("NdArrayNode", "numpy", "ndarray", R"("type": "pickle", "file": "7.npy")")), kDoubles},
        Row{"ObjectArray", "accepted",
            Schema(Node("NdArrayNode", "numpy", "ndarray",
                        R"("type": "json", "content": [)" + List(JsonNode("1")) + "," + List(JsonNode("null")) +
                            R"(], "shape": )" + Tuple(JsonNode("2") + "," + JsonNode("1"))))},
        Row{"ObjectArrayShape", "numpy.array",
            Schema(Node("NdArrayNode", "numpy", "ndarray",
                        R"("type": "json", "content": [)" + JsonNode("1") + R"(], "shape": )" + Tuple(JsonNode("2"))))},
        Row{"ObjectArrayDeep", "numpy.array",
            Schema(Node("NdArrayNode", "numpy", "ndarray",
                        R"("type": "json", "content": [)" + JsonNode("1") + R"(], "shape": )" +
                            Tuple(JsonNode("1") + "," + JsonNode("1"))))},
        Row{"DType", "accepted", Schema(Node("DTypeNode", "numpy", "dtype", R"("content": )" + Array())),
            Npy("'<f4'", "(0,)", "")},
        Row{"DTypeOfAList", "numpy.dtype", Schema(Node("DTypeNode", "numpy", "dtype", R"("content": )" + List("")))},
        Row{"Masked", "accepted",
            Schema(Node("MaskedArrayNode", "numpy.ma", "MaskedArray",
                        R"("content": {"data": )" + Array() + R"(, "mask": )" + JsonNode("false") + "}")),
            kDoubles}));

TEST(SkopsGraph, IsWhatAPickleGives) {
  const auto graph =
      ReadCopy(File(Schema(Node("ObjectNode", "acme", "A",
                                R"("content": )" + Dict(R"("x": )" + Array() + R"(, "n": )" + JsonNode("3"),
                                                        Type("builtins", "str") + "," + Type("builtins", "str")))),
                    kDoubles));
  ASSERT_TRUE(graph.ok()) << graph.status();
  const graph::Node& root = (*graph)[graph->root];
  EXPECT_EQ(root.kind, Kind::kObject);
  EXPECT_EQ(root.made, graph::Made::kNew);
  EXPECT_EQ(root.module, "acme");
  const graph::Node& x = (*graph)[graph->Find(graph->root, "x")];
  EXPECT_EQ(x.dtype->ToString(), "<f8");
  EXPECT_EQ(x.bytes.size(), 16u);
  EXPECT_EQ((*graph)[graph->Find(graph->root, "n")].integer, 3);
  EXPECT_EQ(graph->wrapper, "skops");
  EXPECT_EQ(graph->protocol, 2);
  EXPECT_EQ(graph->written_by.at("skops"), "0.16.0");
  ASSERT_EQ(graph->globals.size(), 1u);
  EXPECT_EQ(graph->globals[0].name, "A");
}

TEST(SkopsGraph, AMemberUsedAgainAndAgainIsRefused) {
  std::string items;
  for (int i = 0; i < 100; ++i) {
    items += (i ? "," : "") + Node("NdArrayNode", "numpy", "ndarray",
                                   absl::StrCat(R"("type": "numpy", "file": "7.npy", "__id__": )", 100 + i));
  }
  const std::string big = Npy("'<f8'", "(100000,)", std::string(800000, '\1'));
  EXPECT_EQ(CodeOf(ReadCopy(File(Schema(List(items)), big))), "skops.unfolds");
}

// scipy.sparse.save_npz of a CSR matrix of 1 x n, deflated.
std::string Npz(const std::string& format, size_t n) {
  const std::string count = absl::StrCat("(", n, ",)");
  return WriteZip(std::vector<ZipEntry>{{"format.npy", Npy("'|S3'", "()", format), true},
                                        {"shape.npy", Npy("'<i8'", "(2,)", Little(1, 8) + Little(n, 8)), true},
                                        {"data.npy", Npy("'<f8'", count, std::string(8 * n, '\0')), true},
                                        {"indices.npy", Npy("'<i4'", count, std::string(4 * n, '\0')), true},
                                        {"indptr.npy", Npy("'<i4'", "(2,)", Little(0, 4) + Little(n, 4)), true}})
      .bytes;
}
std::string Sparse(const std::string& cls, int id = 7) {
  return Node("SparseMatrixNode", "scipy.sparse._csr", cls,
              absl::StrCat(R"("type": "scipy", "file": "7.npz", "__id__": )", id));
}

TEST(SkopsGraph, SparseMatricesAreArchivesInTheArchive) {
  const auto graph = ReadCopy(File(Schema(Sparse("csr_matrix")), Npz("csr", 100000), "7.npz"));
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ((*graph)[graph->root].name, "csr_matrix");
  EXPECT_EQ((*graph)[graph->Find(graph->root, "data")].shape, std::vector<uint64_t>{100000});
  EXPECT_EQ(CodeOf(ReadCopy(File(Schema(Sparse("csc_matrix")), Npz("csr", 3), "7.npz"))), "skops.sparse");
  EXPECT_EQ(CodeOf(ReadCopy(File(Schema(Sparse("csr_matrix")), Npz("../", 3), "7.npz"))), "skops.sparse");
  EXPECT_EQ(CodeOf(ReadCopy(File(Schema(Sparse("csr_matrix")), "PK", "7.npz"))), "zip.end");
}

TEST(SkopsGraph, NestedArchivesShareOneBudget) {
  std::string items;
  for (int i = 0; i < 50; ++i) items += (i ? "," : "") + Sparse("csr_matrix", 100 + i);
  Limits limits;
  limits.inflated_bytes = 10 << 20;
  limits.inflate_ratio = 1 << 20;
  const std::string file = File(Schema(List(items)), Npz("csr", 100000), "7.npz");
  EXPECT_EQ(CodeOf(ReadCopy(file, limits)), "limit.inflated_bytes");
  EXPECT_EQ(CodeOf(ReadCopy(file)), "limit.inflate_ratio");
}

TEST(SkopsGraph, EveryKindOfNodeIsRead) {
  std::ifstream in(PRATIQUE_SOURCE_DIR "/fuzz/corpus/skops/every_node.skops", std::ios::binary);
  const auto graph = ReadCopy({std::istreambuf_iterator<char>(in), {}});
  ASSERT_TRUE(graph.ok()) << graph.status();
  const graph::Id dict = (*graph)[graph->root].items[0];
  auto at = [&](const char* key) { return (*graph)[graph->Find(dict, key)]; };
  EXPECT_EQ(at("csr").name, "csr_matrix");
  EXPECT_EQ(at("rs").name, "__randomstate_ctor");
  EXPECT_EQ(at("bytes").text, "abc");
  EXPECT_EQ(at("dt").name, "datetime");
  EXPECT_EQ(at("od").dict_items.size(), 2u);
  EXPECT_EQ(at("s").kind, Kind::kSet);
  EXPECT_EQ(at("fs").kind, Kind::kSet);
  EXPECT_EQ(at("big").kind, Kind::kBigInt);
  EXPECT_EQ(at("obj").shape, (std::vector<uint64_t>{2, 2}));
  EXPECT_EQ((*graph)[at("obj").items[2]].integer, 1);
  EXPECT_TRUE(at("np").is_scalar);
  EXPECT_EQ(at("str").dtype->ToString(), "<U1");
  EXPECT_TRUE((*graph)[at("i").items[0]].is_scalar);  // np.int64(3) as a key
  EXPECT_EQ(at("again").items[0], at("again").items[2]);
  EXPECT_EQ(at("ufunc").name, "log1p");
  EXPECT_EQ(at("M").dtype->unit, "D");
  EXPECT_EQ(at("dtype").dtype->ToString(), "<f4");
  EXPECT_EQ(at("u").text, "\u00e4\U0001F680");
}

TEST(SkopsGraph, RefusalsNameTheirPlace) {
  const auto graph = ReadCopy(File(Schema(List(JsonNode("1") + "," + List(Node("ListNode", "os", "system", kOs))))));
  const auto why = GetRejection(graph.status());
  EXPECT_EQ(why->path, "content[1].content[0]");
  EXPECT_EQ(why->reason, Reason::kDangerous);
}

// ---- Real models ----

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

absl::StatusOr<Sha256> ContentOf(const fs::path& path, const LoadOptions& options) {
  const std::string bytes = ReadAll(path);
  auto imported = Import(std::as_bytes(std::span(bytes)), {}, options);
  if (!imported.ok()) return imported.status();
  auto file = Open(std::as_bytes(std::span(imported->prq)));
  return file.ok() ? file->ContentDigest() : absl::StatusOr<Sha256>(file.status());
}

TEST(SkopsModels, HaveTheContentOfTheirPickles) {
  std::set<std::string> classes;
  for (const auto& folder : fs::directory_iterator(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1")) {
    if (!fs::exists(folder.path() / "model.skops")) continue;
    const auto about = nlohmann::json::parse(ReadAll(folder.path() / "case.json"));
    const LoadOptions options{.root = about.contains("root") ? about["root"].dump() : ""};
    const auto skops = ContentOf(folder.path() / "model.skops", options);
    ASSERT_TRUE(skops.ok()) << folder << ": " << skops.status();
    for (const std::string name : about["models"]) {
      const auto other = ContentOf(folder.path() / name, options);
      ASSERT_TRUE(other.ok()) << folder << name << ": " << other.status();
      EXPECT_EQ(*skops, *other) << folder << name;
    }
    classes.insert(about["class"]);
  }
  EXPECT_GE(classes.size(), 18u);
}

TEST(SkopsModels, SayWhoWroteThem) {
  const std::string bytes = ReadAll(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/linreg/model.skops");
  const auto imported = Import(std::as_bytes(std::span(bytes)));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->format, "skops");
  EXPECT_EQ(imported->skops, "0.16.0");
  EXPECT_EQ(imported->wrapper, "");
  EXPECT_THAT(imported->sklearn, ::testing::ElementsAre("1.9.1"));
}

}  // namespace
}  // namespace pratique
