#include "data/writer.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "data/reader.h"
#include "gtest/gtest.h"
#include "pratique/rejection.h"
#include "temporary.h"

namespace pratique {
namespace {

template <class T>
Matrix Make(DType dtype, std::vector<size_t> shape, std::vector<T> values) {
  Matrix m(dtype, std::move(shape));
  std::copy(values.begin(), values.end(), m.values<T>().begin());
  return m;
}
Matrix Text(std::vector<std::string> values) {
  Matrix m(DType::kString, {values.size()});
  m.strings() = std::move(values);
  return m;
}
Output One(Matrix m) {
  Output output;
  output.arrays.push_back(std::move(m));
  return output;
}

// What a file of this name holds after writing the chunks.
std::string Written(const std::string& name, const std::vector<Output>& chunks, WriterOptions options = {}) {
  TemporaryFolder folder;
  auto format = Writer::FormatOf(name);
  auto writer = Writer::Open(folder / name, *format, std::move(options));
  EXPECT_TRUE(writer.ok()) << writer.status();
  for (const Output& chunk : chunks) {
    auto appended = (*writer)->Append(chunk);
    if (!appended.ok()) return GetRejection(appended)->code;
  }
  EXPECT_EQ(folder.Count(), 1u);
  auto finished = (*writer)->Finish();
  EXPECT_TRUE(finished.ok()) << finished;
  EXPECT_EQ(folder.Count(), 1u);
  return Slurp(folder / name);
}

std::string Fixture(const std::string& name) { return Slurp(PRATIQUE_SOURCE_DIR "/tests/data/" + name); }

TEST(NpyWriter, TheBytesOfNumpy) {
  std::vector<double> x;
  for (int i = 0; i < 12; ++i) x.push_back(i / 7.0);
  x[5] = std::numeric_limits<double>::quiet_NaN();
  std::vector<Output> whole, halves;
  whole.push_back(One(Make<double>(DType::kFloat64, {4, 3}, x)));
  halves.push_back(One(Make<double>(DType::kFloat64, {1, 3}, {x.begin(), x.begin() + 3})));
  halves.push_back(One(Make<double>(DType::kFloat64, {3, 3}, {x.begin() + 3, x.end()})));
  EXPECT_EQ(Written("y.npy", whole), Fixture("f8.npy"));
  EXPECT_EQ(Written("y.npy", halves), Fixture("f8.npy"));
  EXPECT_EQ(NpyBytes(Make<double>(DType::kFloat64, {3}, {0, 1, 2})), Fixture("one_dimension.npy"));
  EXPECT_EQ(NpyBytes(Make<uint8_t>(DType::kBool, {2, 2}, {1, 0, 0, 1})), Fixture("bool.npy"));
  EXPECT_EQ(NpyBytes(Make<int8_t>(DType::kInt8, {4, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})), Fixture("i1.npy"));
  EXPECT_EQ(NpyBytes(Make<double>(DType::kFloat64, {0, 3}, {})), Fixture("no_rows.npy"));
  std::vector<Output> words;
  words.push_back(One(Text({"one two"})));
  words.push_back(One(Text({"three"})));
  EXPECT_EQ(Written("y.npy", words), Fixture("documents.npy"));
  Matrix grid(DType::kString, {2, 2});
  grid.strings() = {"a", "b\xc3\xa9", "", "\xe6\x97\xa5\xe6\x9c\xac"};
  EXPECT_EQ(NpyBytes(grid), Fixture("text.npy"));
}

// scikit-learn's labels are as wide as the longest class, also when no prediction is.
TEST(NpyWriter, TextOfAKnownWidthIsNotKept) {
  WriterOptions wide{.name = "y", .text_width = 7};
  EXPECT_EQ(Written("y.npy", {One(Text({"one two"})), One(Text({"three"}))}, wide), Fixture("documents.npy"));
  EXPECT_NE(Written("y.npy", {One(Text({"a"}))}, wide).find("'<U7'"), std::string::npos);
  EXPECT_EQ(Written("y.npy", {One(Text({"one and two"}))}, wide), "internal.bug");
}

// What scikit-learn returns as an object array.
Output Mixed() {
  Output mixed;
  mixed.columns.push_back({"city", Text({"Paris", ""}), {0, 1}});
  mixed.columns.push_back({"", Make<double>(DType::kFloat64, {2}, {0.5, std::nan("")}), {}});
  return mixed;
}

TEST(Writers, TextBesideNumbers) {
  EXPECT_EQ(Written("y.csv", {Mixed()}), "city,prediction_1\nParis,0.5\n,\n");
  EXPECT_EQ(Written("y.jsonl", {Mixed()}), "[\"Paris\",0.5]\n[null,null]\n");
  EXPECT_EQ(Written("y.npy", {Mixed()}), "output.format");
  EXPECT_EQ(Written("y.npz", {Mixed()}), "output.format");
}

TEST(NpyWriter, Refusals) {
  Output list = One(Matrix(DType::kFloat64, {1}));
  list.is_list = true;
  EXPECT_EQ(Written("y.npy", {list}), "output.format");
  Output sparse;
  sparse.csr.emplace();
  EXPECT_EQ(Written("y.npy", {sparse}), "output.format");
  EXPECT_EQ(Written("y.npy", {One(Matrix(DType::kFloat64, {1, 2})), One(Matrix(DType::kFloat64, {1, 3}))}),
            "input.types");
  EXPECT_EQ(Written("y.npy", {One(Matrix(DType::kFloat64, {1, 2})), One(Matrix(DType::kFloat32, {1, 2}))}),
            "input.types");
  EXPECT_EQ(GetRejection(Writer::FormatOf("y.parquet").status())->code, "output.format");
}

CsrMatrix Sparse() {
  CsrMatrix x;
  x.rows = 3;
  x.cols = 4;
  x.indptr = {0, 2, 2, 4};
  x.indices = {1, 3, 0, 2};
  x.data = Make<double>(DType::kFloat64, {4}, {1.5, 2, 3, -4.25});
  return x;
}

TEST(NpzWriter, SparseRoundTripIsDeterministic) {
  Output output;
  output.csr = Sparse();
  std::string once = Written("y.npz", {output, output});
  EXPECT_EQ(once, Written("y.npz", {output, output}));
  auto table = ReadTable(std::as_bytes(std::span(once)));
  ASSERT_TRUE(table.ok()) << table.status();
  auto view = std::get<CsrView<double>>(table->view());
  EXPECT_EQ(view.rows, 6u);
  EXPECT_EQ(std::vector<int64_t>(view.indptr.begin(), view.indptr.end()), (std::vector<int64_t>{0, 2, 2, 4, 6, 6, 8}));
  EXPECT_EQ(view.data[7], -4.25);
  output.csr->data = Make<float>(DType::kFloat32, {4}, {1.5, 2, 3, -4.25});
  std::string single = Written("y.npz", {output});
  auto floats = ReadTable(std::as_bytes(std::span(single)));
  ASSERT_TRUE(floats.ok());
  EXPECT_TRUE(std::holds_alternative<CsrView<float>>(floats->view()));
}

TEST(NpzWriter, ListsAreStoredAsNumpyDoes) {
  Output list = One(Make<double>(DType::kFloat64, {3}, {0, 1, 2}));
  list.is_list = true;
  list.arrays.push_back(Make<uint8_t>(DType::kBool, {2, 2}, {1, 0, 0, 1}));
  std::string zip = Written("y.npz", {list});
  EXPECT_NE(zip.find(Fixture("one_dimension.npy")), zip.npos);
  EXPECT_NE(zip.find(Fixture("bool.npy")), zip.npos);
  EXPECT_NE(zip.find("arr_1.npy"), zip.npos);
}

TEST(CsvWriter, Rows) {
  double nan = std::nan("");
  EXPECT_EQ(Written("y.csv", {One(Make<double>(DType::kFloat64, {2, 3}, {0.1, 3, nan, -INFINITY, 1e300, 5e-324}))}),
            "prediction_0,prediction_1,prediction_2\n0.1,3.0,\n-inf,1e+300,5e-324\n");
  EXPECT_EQ(Written("y.csv", {One(Make<float>(DType::kFloat32, {1, 2}, {0.1f, 1}))}, {"p", {"no", "yes"}}),
            "no,yes\n0.1,1.0\n");
  EXPECT_EQ(Written("y.csv", {One(Text({"a", "b,\"c\"", ""})), One(Text({"d"}))}),
            "prediction\na\n\"b,\"\"c\"\"\"\n\"\"\nd\n");
  EXPECT_EQ(Written("y.csv", {One(Make<int64_t>(DType::kInt64, {2}, {INT64_MIN, 7}))}),
            "prediction\n-9223372036854775808\n7\n");
  EXPECT_EQ(Written("y.csv", {One(Make<uint8_t>(DType::kBool, {2}, {1, 0}))}), "prediction\nTrue\nFalse\n");
  // A lone missing value is no empty line, which readers skip.
  EXPECT_EQ(Written("y.csv", {One(Make<double>(DType::kFloat64, {3, 1}, {1, nan, 2}))}),
            "prediction_0\n1.0\n\"\"\n2.0\n");
  EXPECT_EQ(ElementText(Make<int64_t>(DType::kInt64, {1}, {1234567}), 0), "1234567");
  Output sparse;
  sparse.csr = Sparse();
  EXPECT_EQ(Written("y.csv", {sparse}),
            "prediction_0,prediction_1,prediction_2,prediction_3\n0.0,1.5,0.0,2.0\n0.0,0.0,0.0,0.0\n3.0,0.0,-"
            "4.25,0.0\n");
}

TEST(JsonLinesWriter, Rows) {
  EXPECT_EQ(Written("y.jsonl", {One(Make<double>(DType::kFloat64, {2, 2}, {0.1, 3, std::nan(""), INFINITY}))}),
            "[0.1,3.0]\n[null,1e999]\n");
  EXPECT_EQ(Written("y.jsonl", {One(Text({"a\"\n", "\xff"}))}), "\"a\\\"\\n\"\n\"\xef\xbf\xbd\"\n");
  Output list = One(Make<double>(DType::kFloat64, {1, 2}, {0.25, 0.75}));
  list.is_list = true;
  list.arrays.push_back(Make<uint8_t>(DType::kBool, {1}, {1}));
  EXPECT_EQ(Written("y.jsonl", {list}), "[[0.25,0.75],true]\n");
  Output sparse;
  sparse.csr = Sparse();
  EXPECT_EQ(Written("y.jsonl", {sparse}),
            "{\"indices\":[1,3],\"data\":[1.5,2.0]}\n{\"indices\":[],\"data\":[]}\n{\"indices\":[0,2],"
            "\"data\":[3.0,-4.25]}\n");
}

TEST(Writers, ThreeDimensions) {
  const std::vector<Output> cube = {One(Make<double>(DType::kFloat64, {2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}))};
  EXPECT_EQ(Written("y.csv", cube, {.name = "apply"}),
            "apply_0_0,apply_0_1,apply_1_0,apply_1_1\n0.0,1.0,2.0,3.0\n4.0,5.0,6.0,7.0\n");
  EXPECT_EQ(Written("y.jsonl", cube), "[[0.0,1.0],[2.0,3.0]]\n[[4.0,5.0],[6.0,7.0]]\n");
  EXPECT_NE(Written("y.npy", cube).find("'shape': (2, 2, 2)"), std::string::npos);
}

TEST(Writers, FourDimensions) {
  const std::vector<Output> images = {One(Make<double>(DType::kFloat64, {1, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}))};
  EXPECT_EQ(Written("y.csv", images, {.name = "p"}),
            "p_0_0_0,p_0_0_1,p_0_1_0,p_0_1_1,p_1_0_0,p_1_0_1,p_1_1_0,p_1_1_1\n0.0,1.0,2.0,3.0,4.0,5.0,6.0,7.0\n");
  EXPECT_EQ(Written("y.jsonl", images), "[[[0.0,1.0],[2.0,3.0]],[[4.0,5.0],[6.0,7.0]]]\n");
  EXPECT_NE(Written("y.npy", {images[0], images[0]}).find("'shape': (2, 2, 2, 2)"), std::string::npos);
}

TEST(Writers, RecordsFitInJsonLinesOnly) {
  OutputRecords records{.names = Text({"a", "\"b"}), .dicts = true};
  records.entries.rows = 2;
  records.entries.cols = 2;
  records.entries.indptr = {0, 2, 2};
  records.entries.indices = {1, 0};
  records.entries.data = Make<float>(DType::kFloat32, {2}, {0.1F, -2});
  Output output;
  output.records = records;
  EXPECT_EQ(Written("y.jsonl", {output}), "{\"\\\"b\":0.1,\"a\":-2.0}\n{}\n");
  output.records->dicts = false;
  EXPECT_EQ(Written("y.jsonl", {output}), "[\"\\\"b\",\"a\"]\n[]\n");
  for (const char* name : {"y.npy", "y.npz", "y.csv"}) EXPECT_EQ(Written(name, {output}), "output.format") << name;
}

}  // namespace
}  // namespace pratique
